// SPDX-License-Identifier: Apache-2.0
// The answer to a question without particulars: a scan on one screen.
//
// Theory of operation. What stands above and below the hosts is written first; the lines that are
// left are theirs. A few hosts that are up get a paragraph each, with fewer and fewer ports listed
// until they fit; a single one is cut at last. Otherwise there is a table with a line for each.
#include "report/explain_brief.h"

#include "evidence/phrase.h"
#include "evidence/verdict.h"
#include "report/explain_worth.h"
#include "report/page.h"

#define PARAGRAPHS_MAX 4 /* more hosts than this get a line each */
#define TABLE_EXTRA    5 /* lines of a table that are no hosts, the hint included */
#define ROOM_MIN       8 /* lines of hosts, whatever else there is */

static void write_command(const struct explain_brief *b, const char *words, struct buf *out)
{
	buf_puts(out, "sonde explain ");
	if (b->file) {
		buf_escaped(out, b->file);
		buf_putc(out, ' ');
	}
	buf_puts(out, words);
}

/* Hosts by whether they answered. */
struct sorted {
	uint32_t up[PARAGRAPHS_MAX]; /* the first of them */
	size_t up_count;
	uint32_t down; /* the first one */
	size_t down_count;
};

static void sort(const struct explain_brief *b, struct sorted *s)
{
	*s = (struct sorted) {0};
	for (size_t i = 0; i < b->count; i++) {
		struct host_verdict v;

		verdict_host(b->ledger, b->hosts[i], &v);
		if (!v.up && !s->down_count++)
			s->down = b->hosts[i];
		if (v.up && s->up_count < PARAGRAPHS_MAX)
			s->up[s->up_count] = b->hosts[i];
		s->up_count += v.up;
	}
}

/* "16 hosts were probed, 1 is up." and who never answered. */
static void write_down(const struct explain_brief *b, const struct sorted *s, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	phrase_count(out, b->count);
	buf_puts(out, " hosts were probed, ");
	phrase_count(out, s->up_count);
	buf_puts(out, s->up_count == 1 ? " is up. " : " are up. ");
	buf_puts(out, addr_text(&ledger_host(b->ledger, s->down)->addr, text));
	if (s->down_count > 1) {
		buf_puts(out, " and ");
		phrase_count(out, s->down_count - 1);
		buf_puts(out, " more");
	}
	buf_puts(out, " never answered.\n");
}

/*
 * The hosts that are up in full, or when none is, the only one there is, with states of at most
 * `listed` ports listed; ends after the host that has no room. True when all have.
 */
static bool write_paragraphs(struct explain *x, const struct sorted *s, uint32_t listed,
			     size_t room, struct buf *out)
{
	buf_clear(out);
	explain_list_up_to(x, listed);
	if (!s->up_count)
		explain_host(x, s->down, out);
	for (size_t i = 0; i < s->up_count && page_lines(out) <= room; i++) {
		if (i)
			buf_putc(out, '\n');
		explain_host(x, s->up[i], out);
	}
	return page_lines(out) <= room;
}

/* Keeps the first lines, and says how many there were. */
static void cut_lines(const struct explain_brief *b, const struct sorted *s, size_t room,
		      struct buf *out)
{
	size_t lines = page_lines(out), kept = 0, at = 0;
	uint32_t host = s->up_count ? s->up[0] : s->down;
	char text[ADDR_TEXT_MAX];

	while (kept + 1 < room && at < out->len)
		kept += out->data[at++] == '\n';
	buf_cut(out, at);
	buf_puts(out, "  and ");
	phrase_count(out, lines - kept);
	buf_puts(out, " more lines: ");
	write_command(b, addr_text(&ledger_host(b->ledger, host)->addr, text), out);
	buf_putc(out, '\n');
}

/* A paragraph for each host that is up; false when they find no room. */
static bool write_few(struct explain *x, const struct explain_brief *b, const struct sorted *s,
		      size_t room, struct buf *out)
{
	static const uint32_t listed[] = {EXPLAIN_LISTED, 10, 5, 0};
	bool others = s->up_count && s->down_count, fits = false;

	room -= others;
	/* each writing judges every port: where the shortest finds no room, none else is tried */
	if (s->up_count > 1 && !write_paragraphs(x, s, 0, room, out))
		return false;
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]) && !fits; i++)
		fits = write_paragraphs(x, s, listed[i], room, out);
	if (!fits)
		cut_lines(b, s, room, out);
	if (others)
		write_down(b, s, out);
	return true;
}

static void write_hosts(struct explain *x, const struct explain_brief *b, size_t room,
			struct buf *out)
{
	struct sorted s;

	sort(b, &s);
	if (s.up_count ? s.up_count <= PARAGRAPHS_MAX : b->count == 1) {
		if (write_few(x, b, &s, room, out))
			return;
	}
	buf_clear(out);
	explain_hosts(x, b->hosts, b->count, room - TABLE_EXTRA, out);
	buf_puts(out, "More of one: ");
	write_command(b, "HOST; of all: --json\n", out);
}

void explain_brief(struct explain *x, const struct explain_brief *brief, struct buf *out)
{
	struct buf head = {0}, hosts = {0}, worth = {0}, how = {0};
	size_t taken;

	explain_file(x, &head);
	buf_puts(&head, brief->others);
	buf_printf(&how, "sonde explain %s%s--unexpected", brief->file ? brief->file : "",
		   brief->file ? " " : "");
	explain_worth(explain_findings(x), buf_text(&how), &worth);
	taken = page_lines(&head) + page_lines(&worth);
	write_hosts(x, brief, taken + ROOM_MIN < PAGE_LINES ? PAGE_LINES - taken : ROOM_MIN,
		    &hosts);
	explain_list_up_to(x, EXPLAIN_LISTED);
	buf_add(out, head.data, head.len);
	buf_add(out, hosts.data, hosts.len);
	buf_add(out, worth.data, worth.len);
	out->failed |= head.failed || hosts.failed || worth.failed || how.failed;
	buf_done(&how);
	buf_done(&head);
	buf_done(&hosts);
	buf_done(&worth);
}
