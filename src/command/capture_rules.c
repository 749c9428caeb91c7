// SPDX-License-Identifier: Apache-2.0
// The rules of -a and -b: when a capture stops, and when it begins a new file.
#include "command/capture_rules.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

#define KILOBYTE    1000u
#define SECONDS_MAX (1000000000ull)
#define FILES_MAX   1000000u /* the names of those that -b keeps are held */

enum rule {
	RULE_DURATION,
	RULE_FILESIZE,
	RULE_FILES,
	RULE_PACKETS,
	RULE_INTERVAL,
	RULES,
};

static const char *const words[RULES] = {
	[RULE_DURATION] = "duration", [RULE_FILESIZE] = "filesize", [RULE_FILES] = "files",
	[RULE_PACKETS] = "packets",   [RULE_INTERVAL] = "interval",
};

/* Which rule a text begins with, up to the colon; RULES: none. */
static enum rule rule_of(const char *text, size_t len)
{
	enum rule rule = RULE_DURATION;

	while (rule < RULES && (strlen(words[rule]) != len || memcmp(words[rule], text, len) != 0))
		rule++;
	return rule;
}

/* Seconds, with a fraction or a unit if wanted. */
static bool read_seconds(const char *text, nsec_t *ret_time)
{
	return option_duration(text, ret_time) && *ret_time > 0 &&
	       (uint64_t)*ret_time < SECONDS_MAX * NSEC_PER_SEC;
}

static bool read_value(enum rule rule, const char *value, struct capture_rules *rules)
{
	switch (rule) {
	case RULE_DURATION:
		return read_seconds(value, &rules->duration);
	case RULE_INTERVAL:
		return read_seconds(value, &rules->interval);
	case RULE_FILESIZE:
		if (!text_number(value, 1, UINT64_MAX / KILOBYTE, &rules->bytes))
			return false;
		rules->bytes *= KILOBYTE;
		return true;
	case RULE_FILES:
		return text_number(value, 1, FILES_MAX, &rules->files);
	case RULE_PACKETS:
		return text_number(value, 1, UINT64_MAX, &rules->packets);
	case RULES:
		break;
	}
	return false;
}

int capture_rules_read(const struct option_list *list, const char *option, bool with_interval,
		       struct capture_rules *ret_rules, struct err *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *text = list->items[i], *colon = strchr(text, ':');
		enum rule rule = rule_of(text, colon ? (size_t)(colon - text) : strlen(text));

		if (rule == RULES || (rule == RULE_INTERVAL && !with_interval))
			return err_set(err, -EINVAL,
				       "%s does not know \"%s\"; it takes duration:SECONDS, "
				       "filesize:KB, files:N, packets:N%s.",
				       option, text, with_interval ? " and interval:SECONDS" : "");
		if (!colon || !read_value(rule, colon + 1, ret_rules))
			return err_set(err, -EINVAL,
				       "%s \"%s\" needs a number above zero%s behind the colon: "
				       "%s:10, say.",
				       option, text,
				       rule == RULE_FILES ? " and at most 1,000,000" : "",
				       words[rule]);
	}
	return 0;
}
