// SPDX-License-Identifier: Apache-2.0
// -sL: the targets with their names, in order; none of them gets a packet.
//
// Theory of operation. Names are asked for WINDOW targets ahead of the one that is printed next, so
// that a slow name server does not cost its delay for each, and a /8 needs no more memory than a
// /24.
#include "command/scan_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/print.h"
#include "net/clock.h"
#include "net/privilege.h"

#define WINDOW 256 /* targets whose names are asked for at once */

struct listed {
	struct addr addr;
	const struct target_name *name;
	char *rdns;
	bool settled; /* its name is known, or will not be */
};

struct lister {
	struct scan_session *s;
	struct listed rows[WINDOW];
	uint64_t first; /* the target to print next */
	uint64_t next;  /* the target to take next */
};

static void on_signal(void *user, int signal)
{
	struct lister *l = user;

	(void)signal;
	l->s->stopping = true;
}

static void on_name(void *user, const struct names_answer *answer)
{
	struct listed *row = user;

	row->settled = true;
	if (answer->status == NAMES_FOUND && answer->name)
		row->rdns = strdup(answer->name);
}

/* Takes the next targets and asks for their names. */
static void feed(struct lister *l)
{
	struct scan_session *s = l->s;
	struct scan_target target;

	while (!s->targets_ended && l->next - l->first < WINDOW) {
		struct listed *row = &l->rows[l->next % WINDOW];

		if (!scan_targets_next(&s->targets, &s->devices, &target)) {
			s->targets_ended = true;
			return;
		}
		s->addresses++;
		l->next++;
		*row = (struct listed) {.addr = target.addr, .name = target.name};
		if (s->options->no_dns)
			row->settled = true;
		else
			names_reverse(s->names, &row->addr, on_name, row);
	}
}

/* Prints the targets whose names are settled, in order. */
static void print_ready(struct lister *l)
{
	while (l->first < l->next && l->rows[l->first % WINDOW].settled) {
		struct listed *row = &l->rows[l->first++ % WINDOW];
		struct report_host r = {
			.addr = row->addr,
			.name = row->name->name,
			.rdns = row->rdns,
			.others = row->name->others,
			.other_count = row->name->other_count,
		};

		normal_target(&l->s->out, &r);
		free(row->rdns);
		row->rdns = NULL;
	}
	session_flush_out(l->s);
}

static int run(struct lister *l)
{
	struct scan_session *s = l->s;
	int code = session_look_up(s);

	while (!code && !s->stopping) {
		feed(l);
		print_ready(l);
		if (s->targets_ended && l->first == l->next)
			break;
		if (!l->rows[l->first % WINDOW].settled)
			code = loop_once(s->loop, NSEC_NEVER);
	}
	if (code) {
		session_complain(NULL, "waiting for names failed; the list ends here.");
		s->failed = true;
	}
	if (s->stopping)
		buf_puts(&s->out, "Stopped early: more targets follow.\n");
	session_print_done(s, clock_now());
	return session_status(s);
}

int scan_list(struct scan_session *s)
{
	const struct privilege_options drop = {.change_user = true};
	struct lister l = {.s = s};
	struct privilege_report report;
	struct scan_ways ways;
	struct err err = {0};
	int status = STATUS_FAILED;

	if (session_survey(s, &ways, &err) || loop_open(on_signal, &l, &s->loop, &err) ||
	    names_open(s->loop, &(struct names_options) {.reverse_timeout = NSEC_PER_SEC},
		       &s->names, &err) ||
	    privilege_drop(&drop, &report, &err)) {
		print_complaint(err.text);
	} else {
		session_print_start(s);
		status = run(&l);
	}
	names_close(s->names);
	for (; l.first < l.next; l.first++)
		free(l.rows[l.first % WINDOW].rdns);
	session_close(s);
	return status;
}
