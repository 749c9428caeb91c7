// SPDX-License-Identifier: Apache-2.0
// Why each verdict: the frames an explanation needs, and the pieces its writers share.
#include "evidence/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/explain_parts.h"
#include "evidence/gather.h"
#include "evidence/phrase.h"

#define NO_TEXT    SIZE_MAX
#define LINE_WIDTH 80

struct explain *explain_new(const struct ledger *l, const struct explain_capture *capture)
{
	struct explain *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->ledger = l;
	x->capture = *capture;
	x->witness_host = EVENT_NONE;
	x->listed = EXPLAIN_LISTED;
	x->ground_host = EVENT_NONE;
	return x;
}

void explain_free(struct explain *x)
{
	if (!x)
		return;
	free(x->known);
	free(x->missed);
	free(x->wanted);
	free(x->witnesses);
	findings_done(&x->findings);
	activities_done(&x->activities);
	buf_done(&x->texts);
	free(x);
}

static int by_frame(const void *a, const void *b)
{
	const struct explain_text *s = a, *t = b;

	return (s->frame > t->frame) - (s->frame < t->frame);
}

static struct explain_text *find_text(const struct explain *x, uint64_t frame)
{
	struct explain_text key = {.frame = frame};

	if (!x->known_count)
		return NULL;
	return bsearch(&key, x->known, x->known_count, sizeof(key), by_frame);
}

static void miss(struct explain *x, uint64_t frame)
{
	if (x->missed_count == x->missed_room) {
		size_t room = x->missed_room ? x->missed_room * 2 : 64;
		uint64_t *moved = realloc(x->missed, room * sizeof(*moved));

		if (!moved) {
			x->failed = true;
			return;
		}
		x->missed = moved;
		x->missed_room = room;
	}
	x->missed[x->missed_count++] = frame;
}

const char *parts_summary(struct explain *x, uint64_t frame)
{
	struct explain_text *t = find_text(x, frame);

	if (t && t->at != NO_TEXT)
		return buf_text(&x->texts) + t->at;
	if (!t)
		miss(x, frame);
	return "";
}

/* Takes the missed frames into known; false when memory is out. */
static bool adopt_missed(struct explain *x)
{
	size_t count = x->known_count + x->missed_count, n = 0;
	struct explain_text *known = realloc(x->known, (count ? count : 1) * sizeof(*known));

	if (!known)
		return false;
	x->known = known;
	for (size_t i = 0; i < x->missed_count; i++)
		known[x->known_count + i] = (struct explain_text) {x->missed[i], NO_TEXT};
	qsort(known, count, sizeof(*known), by_frame);
	for (size_t i = 0; i < count; i++) {
		if (!n || known[n - 1].frame != known[i].frame)
			known[n++] = known[i];
	}
	x->known_count = n;
	x->missed_count = 0;
	return true;
}

size_t explain_wanted(struct explain *x, const uint64_t **ret_ids)
{
	size_t count = 0;
	uint64_t *wanted;

	if (!adopt_missed(x)) {
		x->failed = true;
		return 0;
	}
	wanted = realloc(x->wanted, (x->known_count + 1) * sizeof(*wanted));
	if (!wanted) {
		x->failed = true;
		return 0;
	}
	x->wanted = wanted;
	for (size_t i = 0; i < x->known_count; i++) {
		if (x->known[i].at == NO_TEXT)
			wanted[count++] = x->known[i].frame;
	}
	*ret_ids = wanted;
	return count;
}

void explain_summary(struct explain *x, uint64_t frame, const char *text)
{
	struct explain_text *t = find_text(x, frame);

	if (!t)
		return;
	t->at = x->texts.len;
	buf_add(&x->texts, text, strlen(text) + 1);
	if (x->texts.failed)
		x->failed = true;
}

bool explain_failed(const struct explain *x)
{
	return x->failed;
}

const struct findings *explain_findings(struct explain *x)
{
	const struct gather_capture capture = {x->capture.frames, x->capture.dropped};

	if (!x->gathered)
		gather_findings(x->ledger, x->capture.around, &capture, &x->findings);
	x->gathered = true;
	x->failed = x->failed || x->findings.failed;
	return &x->findings;
}

const struct activities *explain_activities(struct explain *x)
{
	if (!x->active &&
	    !activities_find(x->ledger, x->capture.around, explain_findings(x), &x->activities))
		x->failed = true;
	x->active = true;
	return &x->activities;
}

/* Who of two witnesses was sent first; the ledger comes as the context. */
static int by_sending(const void *a, const void *b, void *context)
{
	const struct probe *p = ledger_probe(context, *(const uint32_t *)a);
	const struct probe *q = ledger_probe(context, *(const uint32_t *)b);

	return p->time != q->time ? (p->time > q->time) - (p->time < q->time)
				  : (p->frame > q->frame) - (p->frame < q->frame);
}

void parts_witnesses(struct explain *x, uint32_t host)
{
	const struct ledger *l = x->ledger;
	uint32_t count = ledger_probe_count(l);
	const struct ledger_host *h = ledger_host(l, host);
	uint32_t *list;

	if (x->witness_host == host)
		return;
	x->witness_host = host;
	x->witness_count = 0;
	list = realloc(x->witnesses, (h->probes + 1) * sizeof(*list));
	if (!list) {
		x->failed = true;
		return;
	}
	x->witnesses = list;
	for (uint32_t i = 0; i < count; i++) {
		const struct probe *p = ledger_probe(l, i);

		if (p->host == host && p->first_reply != EVENT_NONE &&
		    addr_equal(&ledger_reply(l, p->first_reply)->from, &h->addr))
			list[x->witness_count++] = i;
	}
	if (x->witness_count)
		qsort_r(list, x->witness_count, sizeof(*list), by_sending, (void *)(uintptr_t)l);
}

void parts_wrap(struct buf *out, unsigned indent, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column && column + 1 + word > LINE_WIDTH - indent) {
			buf_putc(out, '\n');
			column = 0;
		}
		if (column)
			buf_putc(out, ' ');
		else
			buf_pad(out, ' ', indent);
		buf_add(out, text, word);
		column += word + (column > 0);
		text += word;
		text += strspn(text, " ");
	}
	buf_putc(out, '\n');
}

void parts_flush(struct explain *x, struct buf *text, struct buf *out, unsigned indent)
{
	if (text->len)
		parts_wrap(out, indent, buf_text(text));
	x->failed |= text->failed;
	buf_clear(text);
}

uint32_t parts_scan_try(const struct ledger *l, uint32_t i)
{
	while (i != EVENT_NONE && ledger_is_ping(l, ledger_probe(l, i)))
		i = ledger_probe(l, i)->next_try;
	return i;
}

void parts_time(const struct explain *x, struct buf *out, nsec_t time)
{
	nsec_t since = time - x->capture.first_frame;
	uint64_t usec = (uint64_t)(since < 0 ? -since : since) / 1000;

	buf_printf(out, "%s%" PRIu64 ".%06u s", since < 0 ? "-" : "", usec / 1000000,
		   (unsigned)(usec % 1000000));
}

void parts_number(struct buf *out, uint64_t number)
{
	static const char *const words[] = {"no",   "one",    "two",   "three", "four",
					    "five", "six",    "seven", "eight", "nine",
					    "ten",  "eleven", "twelve"};

	if (number < sizeof(words) / sizeof(words[0]))
		buf_puts(out, words[number]);
	else
		phrase_count(out, number);
}

void explain_list_up_to(struct explain *x, uint32_t ports)
{
	x->listed = ports;
}

void explain_host_name(const struct explain *x, uint32_t host, struct buf *out)
{
	const struct addr *addr = &ledger_host(x->ledger, host)->addr;
	const char *name = NULL;
	char text[ADDR_TEXT_MAX];

	if (x->capture.name)
		name = x->capture.name(x->capture.user, addr);
	addr_text(addr, text);
	if (!name || !*name) {
		buf_puts(out, text);
	} else {
		buf_escaped(out, name);
		buf_printf(out, " (%s)", text);
	}
	if (ledger_host(x->ledger, host)->run > 1)
		buf_printf(out, " in scan %u", ledger_host(x->ledger, host)->run);
}
