// SPDX-License-Identifier: Apache-2.0
// A finding: something in a capture that nobody asked for; and the list of them.
#include "evidence/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct finding_kind_row rows[] = {
	[FINDING_ONE_SIDED] = {"one-sided", 100},
	[FINDING_DROPS] = {"drops", 90},
	[FINDING_CUT] = {"cut-frames", 50},
	[FINDING_ALL_OPEN] = {"all-open", 80},
	[FINDING_BOTH] = {"open-and-closed", 60},
	[FINDING_HOPS] = {"different-ttls", 45},
	[FINDING_MACS] = {"different-macs", 55},
	[FINDING_CLAIMS] = {"address-conflict", 75},
	[FINDING_RESET_LIMIT] = {"reset-limit", 70},
	[FINDING_ERROR_LIMIT] = {"error-limit", 65},
	[FINDING_UNPROVEN] = {"unproven", 40},
	[FINDING_LATE] = {"late", 35},
	[FINDING_TWICE] = {"twice", 20},
	[FINDING_COPIED] = {"copied", 30},
	[FINDING_REDIRECT] = {"redirect", 25},
	[FINDING_QUENCH] = {"source-quench", 15},
	[FINDING_HOPS_OVER] = {"hops-exceeded", 28},
	[FINDING_SWEEP] = {"sweep", 58},
	[FINDING_TRAFFIC] = {"traffic", 0},
	[FINDING_STRANGERS] = {"strangers", 0},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == FINDING_KINDS, "every kind has a row");

static const char *const sureness_names[] = {
	[SURE_POSSIBLE] = "possible",
	[SURE_LIKELY] = "likely",
	[SURE_CERTAIN] = "certain",
};
static_assert(sizeof(sureness_names) / sizeof(sureness_names[0]) == SURE_KINDS,
	      "every sureness has a name");

const struct finding_kind_row *finding_kind_row(enum finding_kind kind)
{
	return &rows[kind];
}

const char *sureness_name(enum sureness sureness)
{
	return sureness_names[sureness];
}

void finding_frame(struct finding *f, uint64_t frame)
{
	size_t at = finding_frame_count(f);

	f->count++;
	if (at == FINDING_FRAMES_MAX && f->frames[--at] < frame)
		return;
	for (; at && f->frames[at - 1] > frame; at--)
		f->frames[at] = f->frames[at - 1];
	f->frames[at] = frame;
}

size_t finding_frame_count(const struct finding *f)
{
	return f->count < FINDING_FRAMES_MAX ? (size_t)f->count : FINDING_FRAMES_MAX;
}

void finding_say(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->sentence, sizeof(f->sentence), format, args);
	va_end(args);
}

void findings_add(struct findings *list, const struct finding *f)
{
	if (list->of_kind[f->kind]++ >= FINDING_SAME_MAX)
		return;
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		struct finding *moved = realloc(list->items, room * sizeof(*moved));

		if (!moved) {
			list->failed = true;
			return;
		}
		list->items = moved;
		list->room = room;
	}
	list->items[list->count++] = *f;
}

static int by_kind(const void *a, const void *b)
{
	const struct finding *f = a, *g = b;

	if (f->kind != g->kind)
		return f->kind < g->kind ? -1 : 1;
	if (f->host != g->host)
		return f->host < g->host ? -1 : 1;
	return (f->frames[0] > g->frames[0]) - (f->frames[0] < g->frames[0]);
}

void findings_sort(struct findings *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_kind);
}

size_t findings_worth(const struct findings *list, size_t max, const struct finding **ret_worth)
{
	unsigned below = UINT32_MAX;
	size_t count = 0;

	/* no two kinds weigh the same, so each round finds the next lighter kind */
	while (count < max) {
		const struct finding *best = NULL;
		unsigned weight = 0;

		for (size_t i = 0; i < list->count; i++) {
			unsigned w = rows[list->items[i].kind].weight;

			if (w > weight && w < below) {
				weight = w;
				best = &list->items[i];
			}
		}
		if (!best)
			break;
		ret_worth[count++] = best;
		below = weight;
	}
	return count;
}

void findings_done(struct findings *list)
{
	free(list->items);
	*list = (struct findings) {0};
}
