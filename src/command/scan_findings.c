// SPDX-License-Identifier: Apache-2.0
// The two or three findings that a scan ends with.
#include "command/scan_session.h"
#include "evidence/forget.h"
#include "evidence/gather.h"
#include "report/explain_worth.h"

void session_print_findings(struct scan_session *s, uint64_t dropped)
{
	const struct gather_capture capture = {.frames = s->frames, .dropped = dropped};
	struct findings list = {0};
	struct buf how = {0};

	/* a ledger that has let go of hosts tells only of the rest; the record knows all */
	if (!s->ledger || ledger_forgotten(s->ledger))
		return;
	gather_findings(s->ledger, NULL, &capture, &list);
	buf_puts(&how, "sonde explain ");
	if (s->options->write)
		buf_printf(&how, "%s ", s->options->write);
	buf_puts(&how, "--unexpected");
	if (!list.failed)
		explain_worth(&list, s->record ? buf_text(&how) : NULL, &s->out);
	buf_done(&how);
	findings_done(&list);
}
