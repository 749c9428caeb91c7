// SPDX-License-Identifier: Apache-2.0
// A number of seconds in words, as Wireshark writes lifetimes.
#include "proto/span.h"

#include <stdio.h>

const char *span_text(uint32_t seconds, char out[static SPAN_TEXT_MAX])
{
	static const struct {
		uint32_t seconds;
		const char *name;
	} units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	int len = 0;

	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		uint32_t count = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (count)
			len += snprintf(out + len, (size_t)(SPAN_TEXT_MAX - len), "%s%u %s%s",
					len ? ", " : "", count, units[i].name,
					count == 1 ? "" : "s");
	}
	if (!len)
		snprintf(out, SPAN_TEXT_MAX, "0 seconds");
	return out;
}
