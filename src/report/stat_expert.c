// SPDX-License-Identifier: Apache-2.0
// expert: the notes on a capture by severity, as text and JSON.
#include "packet/stat_expert.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json_string.h"
#include "report/stat_kind.h"

/* Worst first, as they are printed. */
static const struct {
	uint32_t severity;
	const char *word;    /* in -z and JSON */
	const char *heading; /* of its table */
} severities[] = {
	{EXPERT_ERROR, "error", "Errors"},       {EXPERT_WARN, "warn", "Warns"},
	{EXPERT_NOTE, "note", "Notes"},          {EXPERT_CHAT, "chat", "Chats"},
	{EXPERT_COMMENT, "comment", "Comments"},
};

#define SEVERITIES (sizeof(severities) / sizeof(severities[0]))

/* The least severity that counts: the first word, when it is one; else it begins the filter. */
static uint32_t parse_severity(const char **rest)
{
	const char *word = **rest == ',' ? *rest + 1 : *rest;
	size_t len = strcspn(word, ",");

	for (size_t i = 0; i < SEVERITIES; i++) {
		if (strlen(severities[i].word) != len || memcmp(severities[i].word, word, len))
			continue;
		*rest = word + len;
		return severities[i].severity;
	}
	return 0;
}

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	uint32_t least = parse_severity(&rest);

	stat->state = calloc(1, sizeof(struct stat_expert));
	if (!stat->state)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	stat_expert_init(stat->state, least, key);
	return stat_filter_rest(stat, rest, err);
}

static void done(struct stat *stat)
{
	if (stat->state)
		stat_expert_done(stat->state);
	free(stat->state);
}

static void want(const struct stat *stat, uint64_t *wanted)
{
	(void)stat;
	stat_expert_want(wanted);
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_expert_feed(stat->state, f);
}

static uint64_t total(const struct stat_expert *e, uint32_t severity)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < e->count; i++)
		if (e->rows[i].severity == severity)
			sum += e->rows[i].count;
	return sum;
}

static void print_row(struct buf *out, const struct stat_expert_row *row)
{
	const char *group = stat_expert_group_name(row->group);

	buf_printf(out, "%12" PRIu64 " %10s %18s  ", row->count, group ? group : "", row->protocol);
	buf_escaped(out, row->message);
	buf_putc(out, '\n');
}

static void print(const struct stat *stat, struct stats_out *out)
{
	const struct stat_expert *e = stat->state;

	for (size_t s = 0; s < SEVERITIES; s++) {
		uint64_t sum = total(e, severities[s].severity);

		if (!sum)
			continue;
		buf_printf(out->buf, "\n%s (%" PRIu64 ")\n=============\n", severities[s].heading,
			   sum);
		buf_puts(out->buf, "   Frequency      Group           Protocol  Summary\n");
		for (uint32_t i = 0; i < e->count; i++) {
			if (e->rows[i].severity == severities[s].severity)
				print_row(out->buf, &e->rows[i]);
			stat_out_line(out);
		}
	}
	if (e->left_out)
		buf_printf(out->buf,
			   "\nToo many kinds of notes: %" PRIu64 " more are not listed.\n",
			   e->left_out);
}

static void json_row(struct buf *out, const struct stat_expert_row *row, const char *severity)
{
	const char *group = stat_expert_group_name(row->group);

	buf_printf(out, "{\"severity\": \"%s\", \"group\": \"%s\", \"protocol\": ", severity,
		   group ? group : "");
	json_string(out, row->protocol, strlen(row->protocol));
	buf_printf(out, ", \"count\": %" PRIu64 ", \"message\": ", row->count);
	json_string(out, row->message, strlen(row->message));
	buf_putc(out, '}');
}

static void json(const struct stat *stat, struct stats_out *out)
{
	const struct stat_expert *e = stat->state;
	const char *between = "";

	buf_puts(out->buf, "      \"notes\": [");
	for (size_t s = 0; s < SEVERITIES; s++) {
		for (uint32_t i = 0; i < e->count; i++) {
			if (e->rows[i].severity != severities[s].severity)
				continue;
			buf_printf(out->buf, "%s\n        ", between);
			json_row(out->buf, &e->rows[i], severities[s].word);
			between = ",";
			stat_out_line(out);
		}
	}
	buf_printf(out->buf, "%s],\n      \"left_out\": %" PRIu64, *between ? "\n      " : "",
		   e->left_out);
}

const struct stat_kind stat_expert_kind = {
	.name = "expert",
	.arguments = "[,SEVERITY][,FILTER]",
	.help = "Expert notes, counted by severity. SEVERITY, the least one counted: error, warn, "
		"note, chat or comment.",
	.need = STAT_NEEDS_ALL,
	.make = make,
	.done = done,
	.want = want,
	.feed = feed,
	.print = print,
	.json = json,
};
