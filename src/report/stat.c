// SPDX-License-Identifier: Apache-2.0
// The statistics of one reading: the table of their kinds, and who is fed with what.
//
// Theory of operation. A frame is decoded once (packet_decode()), judged plain or not, and asked of
// each filter its quick answer. Only when some statistic needs more is it taken apart, once for
// all; so a scan's frames, which are plain, go through a hash table and little else. A filter whose
// quick way is unsure sees the same tree.
//
// Memory: tables that grow with the capture share STATS_BASE bytes and STATS_BYTES_A_PACKET.
#include "report/stat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "packet/decode.h"
#include "report/json_string.h"
#include "report/stat_kind.h"

#define STATS_MAX            64
#define STATS_BASE           (52u << 20) /* of the 64 MB that reading may take */
#define STATS_BYTES_A_PACKET 32
#define ALLOW_EVERY          1024 /* frames between two looks at the budget */
#define OUT_FLUSH            (256u << 10)

static const struct stat_kind *const kinds[] = {
	&stat_phs_kind, &stat_conv_kind,   &stat_endpoints_kind, &stat_plen_kind,
	&stat_io_kind,  &stat_expert_kind, &stat_flow_kind,
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct stats {
	struct hash_key key;
	struct stat items[STATS_MAX];
	unsigned count;
	uint64_t wanted[TREE_FIELDS_MAX / 64];
	struct stat_plain plain;
	struct bare bare;       /* of the frame last looked at; */
	struct packet packet;   /* when it is not bare */
	struct stat_frame seen; /* its frame is the caller's, good until stats_feed() */
	struct thread_spare spare;
	uint64_t frames;
	bool all;   /* somebody needs every frame whole */
	bool aside; /* somebody counts by a thread of its own */
	bool alone; /* somebody must be asked of each frame: none are taken together */
};

struct stats *stats_new(const struct hash_key *key)
{
	struct stats *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->key = *key;
	s->seen.packet = &s->packet;
	stat_plain_init(&s->plain, key);
	return s;
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->count; i++) {
		s->items[i].kind->done(&s->items[i]);
		dfilter_free(s->items[i].filter);
	}
	free(s);
}

/* ---- Adding ---- */

int stat_filter_rest(struct stat *stat, const char *rest, struct err *err)
{
	struct dfilter_error error;
	int code;

	if (*rest == ',')
		rest++;
	stat->filter_text = rest;
	if (!*rest)
		return 0;
	code = dfilter_compile(rest, strlen(rest), &stat->filter, &error);
	if (code)
		err_set(err, code, "The filter \"%s\" is wrong: %s", rest, error.err.text);
	return code;
}

/* The kind whose name begins text, and what follows it; NULL when there is none. */
static const struct stat_kind *find_kind(const char *text, const char **ret_rest)
{
	for (size_t i = 0; i < KINDS; i++) {
		size_t len = strlen(kinds[i]->name);

		if (strncmp(text, kinds[i]->name, len) || (text[len] && text[len] != ','))
			continue;
		*ret_rest = text + len;
		return kinds[i];
	}
	return NULL;
}

/* How far text is from a kind's name, whatever follows. */
static unsigned distance(const char *text, const char *name)
{
	char word[32];
	size_t len = 0;
	const char *comma = strchr(name, ',');

	/* As many words as the name has. */
	while (text[len] && len < sizeof(word) - 1 && (text[len] != ',' || comma)) {
		comma = text[len] == ',' ? NULL : comma;
		word[len] = text[len];
		len++;
	}
	word[len] = '\0';
	/* Of "plen" nothing but the second word of "plen,tree" is missing. */
	if (!strncmp(word, name, len) && name[len] == ',')
		return 1;
	return text_distance(word, name);
}

static int refuse(const char *text, struct err *err)
{
	const char *best = kinds[0]->name;
	unsigned least = UINT32_MAX;

	for (size_t i = 0; i < KINDS; i++) {
		unsigned far = distance(text, kinds[i]->name);

		if (far < least) {
			least = far;
			best = kinds[i]->name;
		}
	}
	return err_set(
		err, -EINVAL,
		"There is no statistic \"%s\"; the nearest one is \"%s\", and -z help lists all.",
		text, best);
}

int stats_add(struct stats *s, const char *text, struct err *err)
{
	struct stat *stat = &s->items[s->count];
	const char *rest;
	const struct stat_kind *kind = find_kind(text, &rest);
	int code;

	if (!kind)
		return refuse(text, err);
	if (s->count == STATS_MAX)
		return err_set(err, -EINVAL, "More than %d statistics at once are too many.",
			       STATS_MAX);
	*stat = (struct stat) {.kind = kind, .text = text, .filter_text = ""};
	s->count++;
	code = kind->make(stat, rest, &s->key, err);
	if (code)
		return code;
	s->all |= kind->need == STAT_NEEDS_ALL;
	s->alone |= stat->filter || !kind->feed_bares ||
		    (kind->each ? kind->each(stat) : kind->look != NULL);
	if (kind->want)
		kind->want(stat, s->wanted);
	for (size_t i = 0; stat->filter && i < TREE_FIELDS_MAX / 64; i++)
		s->wanted[i] |= dfilter_wanted(stat->filter)[i];
	return 0;
}

const uint64_t *stats_wanted(const struct stats *s)
{
	return s->wanted;
}

bool stats_want_text(const struct stats *s)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->items[i].kind->want_text)
			return true;
	return false;
}

/* ---- Gathering ---- */

/* Before a frame. */
static void allow(struct stats *s)
{
	uint64_t budget = STATS_BASE + (s->frames + 1) * STATS_BYTES_A_PACKET;
	unsigned sharers = 0;

	for (unsigned i = 0; i < s->count; i++)
		sharers += s->items[i].kind->allow != NULL;
	for (unsigned i = 0; i < s->count; i++)
		if (s->items[i].kind->allow)
			s->aside |=
				s->items[i].kind->allow(&s->items[i], budget / sharers, &s->spare);
}

/* What one statistic needs of the frame; false when its core headers will do. */
static bool look(struct stat *stat, const struct stat_frame *seen, const struct dispatch *dispatch,
		 struct stats_needs *needs)
{
	const struct stat_kind *kind = stat->kind;

	stat->answer =
		stat->filter ? dfilter_quick(stat->filter, seen->frame, dispatch) : DFILTER_YES;
	if (stat->answer == DFILTER_UNSURE)
		needs->tree = true;
	if (kind->look && kind->look(stat, seen->frame, dispatch))
		return needs->tree = true;
	if (stat->answer == DFILTER_NO)
		return false;
	switch ((enum stat_need)kind->need) {
	case STAT_NEEDS_LENGTH:
		break;
	case STAT_NEEDS_LAYERS:
		return !seen->plain || stat->answer == DFILTER_UNSURE;
	case STAT_NEEDS_TOP:
		needs->tree |= !seen->plain;
		return !seen->plain || stat->answer == DFILTER_UNSURE;
	case STAT_NEEDS_ALL:
		needs->tree = true;
		needs->info |= kind->want_info;
		return true;
	}
	return stat->answer == DFILTER_UNSURE;
}

bool stats_look(struct stats *s, const struct frame *frame, nsec_t since_first,
		const struct dispatch *dispatch, struct stats_needs *ret_needs)
{
	bool apart = s->all;

	if (s->frames % ALLOW_EVERY == 0)
		allow(s);
	s->frames++;
	s->seen.frame = frame;
	s->seen.since_first = since_first;
	s->seen.bare = bare_read(frame, &s->bare) ? &s->bare : NULL;
	if (!s->seen.bare)
		packet_decode(frame, &s->packet);
	stat_plain_judge(&s->plain, &s->seen);
	*ret_needs = (struct stats_needs) {0};
	for (unsigned i = 0; i < s->count; i++)
		apart |= look(&s->items[i], &s->seen, dispatch, ret_needs);
	return apart;
}

bool stats_count_aside(const struct stats *s)
{
	return s->aside;
}

void stats_spare(struct stats *s, const struct thread_spare *spare)
{
	s->spare = *spare;
}

unsigned stats_take(struct stats *s, const struct frame *frames, unsigned count, nsec_t first)
{
	unsigned until_allow = ALLOW_EVERY - (unsigned)(s->frames % ALLOW_EVERY);
	struct bare bares[STAT_BARES_MAX];
	struct stat_bares b = {.frames = frames, .bares = bares, .first = first};

	if (s->alone)
		return 0;
	if (count > until_allow)
		count = until_allow;
	b.count = stat_plain_bares(&s->plain, frames,
				   count < STAT_BARES_MAX ? count : STAT_BARES_MAX, bares);
	if (!b.count)
		return 0;
	if (until_allow == ALLOW_EVERY)
		allow(s);
	s->frames += b.count;
	for (unsigned i = 0; i < s->count; i++)
		s->items[i].kind->feed_bares(&s->items[i], &b);
	return b.count;
}

void stats_feed(struct stats *s, const struct frame_dissector *f)
{
	s->seen.dissect = f ? &f->d : NULL;
	s->seen.info = f && f->want_info ? buf_text(&f->info) : NULL;
	for (unsigned i = 0; i < s->count; i++) {
		struct stat *stat = &s->items[i];

		if (stat->answer == DFILTER_NO ||
		    (stat->answer == DFILTER_UNSURE && f && !dfilter_matches(stat->filter, &f->d)))
			continue;
		stat->kind->feed(stat, &s->seen);
	}
}

/* ---- Printing ---- */

void stat_out_line(struct stats_out *out)
{
	if (out->flush && out->buf->len >= OUT_FLUSH)
		out->flush(out->context);
}

void stats_text(const struct stats *s, struct stats_out *out)
{
	for (unsigned i = 0; i < s->count; i++) {
		s->items[i].kind->print(&s->items[i], out);
		stat_out_line(out);
	}
}

void stats_json(const struct stats *s, struct stats_out *out)
{
	buf_puts(out->buf, "{\n  \"statistics\": [");
	for (unsigned i = 0; i < s->count; i++) {
		const struct stat *stat = &s->items[i];

		buf_puts(out->buf, i ? ",\n    {\n" : "\n    {\n");
		buf_puts(out->buf, "      \"statistic\": ");
		json_string(out->buf, stat->kind->name, strlen(stat->kind->name));
		buf_puts(out->buf, ",\n      \"filter\": ");
		if (*stat->filter_text)
			json_string(out->buf, stat->filter_text, strlen(stat->filter_text));
		else
			buf_puts(out->buf, "null");
		buf_puts(out->buf, ",\n");
		stat->kind->json(stat, out);
		buf_puts(out->buf, "\n    }");
		stat_out_line(out);
	}
	buf_puts(out->buf, s->count ? "\n  ]\n}\n" : "]\n}\n");
}

void stats_help(struct buf *out)
{
	for (size_t i = 0; i < KINDS; i++)
		buf_printf(out, "%s%s\n    %s\n", kinds[i]->name, kinds[i]->arguments,
			   kinds[i]->help);
}
