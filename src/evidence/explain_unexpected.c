// SPDX-License-Identifier: Apache-2.0
// The findings as text: each with its frames, how sure it is, and what else could explain it.
#include <ctype.h>
#include <inttypes.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/phrase.h"

/* ": 1,000 frames (2, 4, 6,...)" */
static void write_frames(struct buf *text, const struct finding *f)
{
	size_t shown = finding_frame_count(f);

	if (!f->count)
		return;
	buf_puts(text, ": ");
	phrase_count(text, f->count);
	buf_puts(text, f->count == 1 ? " frame (" : " frames (");
	for (size_t i = 0; i < shown; i++)
		buf_printf(text, "%s%" PRIu64, i ? ", " : "", f->frames[i]);
	buf_puts(text, f->count > shown ? ",...)" : ")");
}

static void write_finding(struct explain *x, struct buf *out, const struct finding *f)
{
	const char *sure = sureness_name(f->sureness);
	struct buf text = {0};

	buf_puts(&text, f->sentence);
	write_frames(&text, f);
	buf_putc(&text, '.');
	parts_flush(x, &text, out, 0);
	buf_putc(&text, (char)toupper((unsigned char)sure[0]));
	buf_printf(&text, "%s. %s %s", sure + 1, f->why, f->otherwise);
	parts_flush(x, &text, out, 2);
	buf_done(&text);
}

void explain_unexpected(struct explain *x, struct buf *out)
{
	const struct findings *list = explain_findings(x);

	for (size_t i = 0; i < list->count; i++) {
		enum finding_kind kind = list->items[i].kind;
		bool last = i + 1 == list->count || list->items[i + 1].kind != kind;

		write_finding(x, out, &list->items[i]);
		if (last && list->of_kind[kind] > FINDING_SAME_MAX)
			buf_printf(out, "and %" PRIu32 " more of this kind\n",
				   list->of_kind[kind] - FINDING_SAME_MAX);
	}
	if (!list->count)
		buf_puts(out, "Nothing unexpected: every frame is a probe, an answer to one, or "
			      "address resolution.\n");
}
