// SPDX-License-Identifier: Apache-2.0
// Fuzzes what a person types: the first byte chooses the reader, the rest is its text.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "scan/port.h"
#include "scan/target.h"

#define TEXT_MAX 4096
#define WALK_MAX 64
#define ARGS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct service_table *names;

/* Whatever was accepted can be walked, and is what it says it is. */
static void check_target(const struct target *t)
{
	uint64_t count = target_count(t);

	assert((t->kind == TARGET_NAME) == (count == 0));
	for (uint64_t i = 0; i < count && i < WALK_MAX; i++) {
		struct addr low = target_at(t, i), high = target_at(t, count - 1 - i);

		assert(target_contains(t, &low) && target_contains(t, &high));
		assert(count == UINT64_MAX || count == 1 || !addr_equal(&low, &high) ||
		       i == count - 1 - i);
	}
}

static void fuzz_target(const char *text, uint8_t family, enum target_use use)
{
	struct target t;
	struct err err = {0};

	if (target_parse(text, family, use, &t, &err)) {
		assert(*err.text);
		return;
	}
	check_target(&t);
	target_done(&t);
}

static void fuzz_list(const uint8_t *text, size_t len, size_t piece, uint8_t family)
{
	struct target_list list = {0};
	struct target_reader r = {.list = &list, .source = "fuzz", .family = family};
	struct err err = {0};
	int rc = 0;

	for (size_t i = 0; i < len && !rc; i += piece)
		rc = target_reader_feed(&r, text + i, len - i < piece ? len - i : piece, &err);
	if (!rc)
		rc = target_reader_end(&r, &err);
	assert(!rc == !*err.text);
	for (size_t i = 0; i < list.count; i++)
		check_target(&list.items[i]);
	target_list_done(&list);
}

static void fuzz_ports(const char *text, unsigned scanned)
{
	static struct port_spec spec, again;
	struct buf printed = {0};
	struct err err = {0};

	if (!names)
		names = service_table_new(NULL, 0);
	if (port_parse(text, scanned, names, &spec, &err)) {
		assert(*err.text);
		return;
	}
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++) {
		buf_clear(&printed);
		port_set_print(&spec.of[proto], &printed);
		if (!printed.len)
			continue;
		assert(port_parse(buf_text(&printed), 1u << proto, names, &again, NULL) == 0);
		assert(memcmp(&spec.of[proto], &again.of[proto], sizeof(again.of[proto])) == 0);
	}
	buf_done(&printed);
}

/* One of each kind, at addresses of this struct. */
struct values {
	bool flag;
	unsigned counter;
	const char *text;
	uint64_t number;
	nsec_t time;
	double rate;
	struct option_list list;
	struct option_list operands;
};

static const struct option_row rows[] = {
	{.letters = "f",
	 .name = "flag",
	 .kind = OPTION_FLAG,
	 .help = "F.",
	 .offset = offsetof(struct values, flag)},
	{.letters = "v",
	 .name = "verbose",
	 .kind = OPTION_COUNTER,
	 .help = "V.",
	 .offset = offsetof(struct values, counter)},
	{.letters = "p pp",
	 .name = "ports",
	 .argument = "P",
	 .kind = OPTION_TEXT,
	 .help = "P.",
	 .offset = offsetof(struct values, text)},
	{.letters = "n",
	 .name = "number",
	 .argument = "N",
	 .kind = OPTION_NUMBER,
	 .max = 255,
	 .help = "N.",
	 .offset = offsetof(struct values, number)},
	{.name = "time",
	 .argument = "T",
	 .kind = OPTION_DURATION,
	 .help = "T.",
	 .offset = offsetof(struct values, time)},
	{.name = "rate",
	 .argument = "R",
	 .kind = OPTION_RATE,
	 .help = "R.",
	 .offset = offsetof(struct values, rate)},
	{.letters = "iL",
	 .argument = "L",
	 .kind = OPTION_LIST,
	 .help = "L.",
	 .offset = offsetof(struct values, list)},
};

static void fuzz_options(char *text, size_t len)
{
	const struct option_table table = {
		.command = "fuzz",
		.rows = rows,
		.row_count = sizeof(rows) / sizeof(rows[0]),
		.operands = offsetof(struct values, operands),
	};
	struct values values = {0};
	struct err err = {0};
	char *args[ARGS_MAX];
	int count = 0;

	for (char *word = text; word < text + len && count < ARGS_MAX; word += strlen(word) + 1)
		args[count++] = word;
	if (option_parse(&table, count, args, &values, &err))
		assert(*err.text);
	option_done(&table, &values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	size_t len;

	if (size < 1 || size > TEXT_MAX)
		return 0;
	len = size - 1;
	text = malloc(len + 1);
	if (!text)
		return 0;
	memcpy(text, data + 1, len);
	text[len] = '\0';
	if (data[0] == '4' || data[0] == '6')
		fuzz_target(text, data[0] == '4' ? 4 : 6, TARGET_SCAN);
	else if (data[0] == 'x')
		fuzz_target(text, 4, TARGET_EXCLUDE);
	else if (data[0] == 'L')
		fuzz_list(data + 1, len, 1 + len % 7, 4);
	else if (data[0] == 'o')
		fuzz_options(text, len);
	else
		fuzz_ports(text, data[0] % 16);
	free(text);
	return 0;
}
