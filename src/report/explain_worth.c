// SPDX-License-Identifier: Apache-2.0
// The two or three findings that end a summary.
#include "report/explain_worth.h"

#include <ctype.h>
#include <inttypes.h>

#include "evidence/phrase.h"
#include "report/page.h"

static void write_frames(const struct finding *f, struct buf *out)
{
	size_t shown = finding_frame_count(f);

	buf_puts(out, f->count == 1 ? " (frame " : " (frames ");
	for (size_t i = 0; i < shown; i++)
		buf_printf(out, "%s%" PRIu64, i ? ", " : "", f->frames[i]);
	if (f->count > shown) {
		buf_puts(out, " and ");
		phrase_count(out, f->count - shown);
		buf_puts(out, " more");
	}
	buf_putc(out, ')');
}

void explain_worth(const struct findings *list, const char *how, struct buf *out)
{
	const struct finding *worth[EXPLAIN_WORTH_MAX];
	size_t count = findings_worth(list, EXPLAIN_WORTH_MAX, worth);
	struct buf text = {0};

	if (!count)
		return;
	buf_puts(&text, "Worth knowing");
	if (how) {
		buf_puts(&text, " (more: ");
		buf_escaped(&text, how);
		buf_putc(&text, ')');
	}
	buf_putc(&text, ':');
	page_flush(out, &text, 0, 0);
	for (size_t i = 0; i < count; i++) {
		const char *sureness = sureness_name(worth[i]->sureness);

		buf_putc(&text, (char)toupper((unsigned char)*sureness));
		buf_printf(&text, "%s: %s", sureness + 1, worth[i]->sentence);
		if (worth[i]->count)
			write_frames(worth[i], &text);
		buf_putc(&text, '.');
		page_flush(out, &text, 2, 4);
	}
	buf_done(&text);
}
