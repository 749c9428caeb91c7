// SPDX-License-Identifier: Apache-2.0
// One sentence about what failed, carried up from where it is known to where it is printed.
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

int err_set(struct err *err, int code, const char *format, ...)
{
	char raw[ERR_TEXT_MAX];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	text_escape(err->text, sizeof(err->text), raw);
	return code;
}
