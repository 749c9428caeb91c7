// SPDX-License-Identifier: Apache-2.0
// The scan for those without CAP_NET_RAW.
//
// Theory of operation. The planner (scan/dial.h) says which connection to begin or to drop, the
// connector (net/connector.h) does it, and the report is the full scan's (scan_report.c). The loop
// hands out events in portions, so before the planner looks at the clock all answers that are here
// already are taken in (take_events()): a busy moment of ours must not look like silence of theirs.
//
// Thousands of hosts are under way at once, but on the local link only as many as fill
// NEIGHBOUR_EIGHTHS of the kernel's table of neighbours (net/neighbour_room.h): a dead one holds
// its place for 3 s, and where there is none a SYN is dropped without a word to connect(). The
// target that has to wait is held.
#include "command/scan_connect.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "command/command.h"
#include "command/print.h"
#include "command/state_file.h"
#include "net/clock.h"
#include "net/connector.h"
#include "net/neighbour_room.h"
#include "net/privilege.h"
#include "report/trace_connect.h"
#include "scan/dial.h"

#define SOCKETS_MAX       4096 /* open at once */
#define FILES_SPARE       6    /* kept for the resolver */
#define FILES_GUESS       16   /* open already, when /proc does not say */
#define NEIGHBOUR_EIGHTHS 3    /* of the kernel's table: hosts of the local link under way */
#define PORTIONS_MAX      128  /* of events, before the planner gets its turn */
#define PROGRAM_LINK      "/proc/self/exe"
#define OPEN_FILES_DIR    "/proc/self/fd"
#define PATH_ROOM         4096

struct connect_scan {
	struct connector *connector;
	struct dial *dial;
	uint16_t *order; /* the ports in scan order */
	uint64_t results;
	uint32_t neighbours; /* hosts of the local link under way */
	uint32_t neighbours_max;
	bool holding; /* a target waits for one of them to end */
	struct scan_target held;
	struct engine_target held_way;
};

static struct connect_scan *of_session(const struct scan_session *s)
{
	return s->connect;
}

/* ---- what cannot be had ---- */

static int refuse_options(const struct scan_options *o, struct err *err)
{
	if (o->write && o->scan[SCAN_CONNECT])
		return err_set(err, -EINVAL,
			       "-w records packets, and -sT leaves them to the kernel; leave one "
			       "out.");
	if (o->interface && o->scan[SCAN_CONNECT])
		return err_set(err, -EINVAL,
			       "-e chooses where packets of our own leave, and -sT leaves them to "
			       "the kernel; leave one out.");
	if (o->write)
		return err_set(err, -EPERM,
			       "-w records packets, and without CAP_NET_RAW sonde sees none; use "
			       "sudo, or leave -w out for a connect scan.");
	if (o->interface)
		return err_set(err, -EPERM,
			       "-e chooses where packets of our own leave, and without CAP_NET_RAW "
			       "the kernel sends them by its routes; use sudo, or leave -e out for "
			       "a connect scan.");
	return 0;
}

/* True when a full scan left its capture, which sonde explain would speak of. */
static bool has_last_capture(void)
{
	struct buf path = {0};
	bool found = !state_last_capture(&path, NULL) && !access(buf_text(&path), F_OK);

	buf_done(&path);
	return found;
}

/* The one line that says what is missing, and how to get it. */
static void print_notice(void)
{
	char program[PATH_ROOM] = "sonde";
	ssize_t len = readlink(PROGRAM_LINK, program, sizeof(program) - 1);
	struct buf line = {0};

	if (len > 0)
		program[len] = '\0';
	buf_puts(&line, "without CAP_NET_RAW this is a connect scan: no packet trace, no "
			"TTLs, no capture file");
	if (has_last_capture())
		buf_puts(&line, " (sonde explain still tells of the full scan before)");
	buf_puts(&line, geteuid()
				? "; for the full scan use sudo, or once: \"setcap cap_net_raw=ep "
				: "; for the full scan give root here that capability, or once: "
				  "\"setcap cap_net_raw=ep ");
	buf_escaped(&line, program);
	buf_putc(&line, '"');
	print_complaint(buf_text(&line));
	buf_done(&line);
}

/* ---- sockets ---- */

static rlim_t files_open(void)
{
	DIR *dir = opendir(OPEN_FILES_DIR);
	rlim_t count = 0;

	if (!dir)
		return FILES_GUESS;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count > 3 ? count - 3 : 0; /* ".", ".." and the directory itself */
}

/* How many sockets may be open at once; raises the soft limit as far as the hard one lets it. */
static size_t socket_limit(void)
{
	struct rlimit files;
	rlim_t kept = files_open() + FILES_SPARE;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return 1;
	if (files.rlim_cur < SOCKETS_MAX + kept) {
		files.rlim_cur =
			files.rlim_max < SOCKETS_MAX + kept ? files.rlim_max : SOCKETS_MAX + kept;
		setrlimit(RLIMIT_NOFILE, &files);
		getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur <= kept)
		return 1;
	return files.rlim_cur - kept < SOCKETS_MAX ? (size_t)(files.rlim_cur - kept) : SOCKETS_MAX;
}

static void on_result(void *user, const struct connector_result *r)
{
	struct scan_session *s = user;
	struct connect_scan *c = of_session(s);
	nsec_t now = clock_now();

	c->results++;
	if (s->options->packet_trace)
		trace_connect(&s->out, &r->addr, r->port, r->error, now - s->started);
	dial_answered(c->dial, r->token, r->error, r->rtt, now);
}

static int start(void *user, uint32_t host, uint16_t port, uint64_t token)
{
	struct scan_session *s = user;
	const struct session_host *h = session_host_at(s, host);
	int code = connector_start(of_session(s)->connector, &h->addr, h->zone, port, token);

	if (!code && s->options->packet_trace)
		trace_connect(&s->out, &h->addr, port, EINPROGRESS, clock_now() - s->started);
	return code;
}

static void cancel(void *user, uint64_t token)
{
	const struct scan_session *s = user;

	connector_cancel(of_session(s)->connector, token);
}

/* ---- what the planner tells ---- */

static void on_up(void *user, uint32_t host)
{
	struct scan_session *s = user;

	session_ask_reverse(session_host_at(s, host));
}

static void on_done(void *user, uint32_t host)
{
	struct scan_session *s = user;
	struct session_host *h = session_host_at(s, host);

	of_session(s)->neighbours -= h->on_link;
	session_host_finish(h);
}

static void on_open(void *user, uint32_t host, uint16_t port)
{
	struct scan_session *s = user;
	char text[ADDR_TEXT_MAX];

	if (s->options->verbose)
		buf_printf(&s->out, "Discovered open port %u/tcp on %s\n", port,
			   addr_text(&session_host_at(s, host)->addr, text));
}

static void release_host(struct scan_session *s, uint32_t host)
{
	dial_release(of_session(s)->dial, host);
}

/* ---- the report ---- */

static int by_port(const void *a, const void *b)
{
	const struct report_port *x = a, *y = b;

	return (x->port > y->port) - (x->port < y->port);
}

/* Says what kept this machine from connecting. */
static void complain_of(struct scan_session *s, uint32_t index, uint32_t undecided)
{
	const struct dial_host *d = dial_host(of_session(s)->dial, index);
	char text[ADDR_TEXT_MAX];

	addr_text(&session_host_at(s, index)->addr, text);
	if (d->outcome == DIAL_FAILED)
		fprintf(stderr, "sonde: connecting to %s failed: %s.\n", text, strerror(d->error));
	else if (d->error && undecided && !s->stopping)
		fprintf(stderr,
			"sonde: %u port%s of %s could not be tried to the end: %s; try --max-rate "
			"or a higher ulimit -n.\n",
			undecided, undecided == 1 ? "" : "s", text, strerror(d->error));
	else
		return;
	s->failed = true;
}

static void fill_from_dial(struct scan_session *s, uint32_t index, struct report_host *r,
			   struct report_port *ports)
{
	const struct connect_scan *c = of_session(s);
	const struct dial_host *d = dial_host(c->dial, index);
	uint32_t undecided = 0;

	r->up = d->up;
	r->timed_out = d->outcome == DIAL_TIMED_OUT;
	r->latency = d->rtt.known ? d->rtt.smoothed : -1;
	r->reason.word =
		d->reason ? d->reason
			  : (session_host_at(s, index)->local ? "localhost-response" : "user-set");
	if (!d->up && !d->reason) /* stopped before anything was known */
		r->reason.word = "no-response";
	for (uint32_t at = 0; d->up && at < s->port_count; at++) {
		struct dial_verdict v;

		if (!dial_verdict(c->dial, index, at, &v)) {
			r->never_probed++;
			continue;
		}
		undecided += v.state == PORT_UNDECIDED;
		ports[r->port_count++] = (struct report_port) {
			.protocol = "tcp",
			.port = c->order[at],
			.state = v.state,
			.reason = {.word = v.reason},
			.service = service_name(s->services, SERVICE_TCP, c->order[at]),
		};
	}
	qsort(ports, r->port_count, sizeof(*ports), by_port);
	complain_of(s, index, undecided);
}

/* ---- the run ---- */

static void on_signal(void *user, int signal)
{
	struct scan_session *s = user;

	if (session_progress_signal(s, signal))
		return;
	s->stopping = true;
	dial_stop(of_session(s)->dial);
}

/* Hands the planner one target. False when memory is out. */
static bool add_target(struct scan_session *s, const struct scan_target *target,
		       const struct engine_target *way)
{
	struct session_host *h = session_host_begin(s, target);
	uint32_t index;

	if (!h)
		return false;
	h->local = way->path.by_kernel;
	if (!h->zone && addr_is_link_local(&h->addr))
		h->zone = way->path.interface;
	h->on_link = !h->local && addr_equal(&way->next_hop, &h->addr);
	if (!dial_add_host(of_session(s)->dial, h->local || s->options->skip_ping, &index)) {
		of_session(s)->neighbours += h->on_link;
		return session_host_place(h, index);
	}
	session_host_drop(h);
	return false;
}

/* True when the held target still has to wait. */
static bool must_wait(const struct connect_scan *c)
{
	return c->holding && c->neighbours >= c->neighbours_max &&
	       addr_equal(&c->held_way.next_hop, &c->held.addr);
}

/* The next target, or the one that was held; false when there is none, or it has to wait. */
static bool next_target(struct scan_session *s, const struct scan_ways *ways)
{
	struct connect_scan *c = of_session(s);

	if (!c->holding)
		c->holding = session_next_target(s, ways, &c->held, &c->held_way);
	if (!c->holding || must_wait(c))
		return false;
	c->holding = false;
	return true;
}

/* Hands the planner as many targets as it wants. */
static void feed(struct scan_session *s, const struct scan_ways *ways)
{
	struct connect_scan *c = of_session(s);

	while (dial_wants_host(c->dial) && next_target(s, ways)) {
		if (!add_target(s, &c->held, &c->held_way))
			session_stop_targets(s);
	}
}

/* Waits for events until then, and takes in all that have come. */
static int take_events(struct scan_session *s, nsec_t until)
{
	const struct connect_scan *c = of_session(s);
	uint64_t before = c->results;
	int code = loop_once(s->loop, until);

	for (unsigned i = 0; !code && c->results != before && i < PORTIONS_MAX; i++) {
		before = c->results;
		code = loop_once(s->loop, clock_now());
	}
	return code;
}

/* True while something may still come or go. */
static bool under_way(const struct scan_session *s)
{
	if (s->stopping)
		return false;
	return !s->targets_ended || !dial_idle(of_session(s)->dial) || s->hosts.count;
}

static int scan_all(struct scan_session *s, const struct scan_ways *ways)
{
	struct dial *dial = of_session(s)->dial;
	int code = 0;

	while (!code && under_way(s)) {
		nsec_t now, due, wait;

		feed(s, ways);
		now = clock_now();
		due = dial_step(dial, now);
		session_print_ready(s, clock_now());
		session_flush_out(s);
		if (!under_way(s))
			break;
		if (!s->targets_ended && dial_wants_host(dial) && !must_wait(of_session(s)))
			wait = now;
		else
			wait = session_host_due(s);
		code = take_events(s, due < wait ? due : wait);
	}
	return code;
}

static void fill_progress(const struct scan_session *s, struct progress *p)
{
	struct dial_progress dial = dial_progress(of_session(s)->dial);

	p->scan = "connect scan";
	p->under_way = dial.under_way;
	p->share = dial.shares;
	p->sent = dial_started(of_session(s)->dial);
}

static int run(struct scan_session *s, const struct scan_ways *ways)
{
	session_progress_open(s, fill_progress);
	if (session_look_up(s) || scan_all(s, ways)) {
		session_complain(s, "waiting for connections failed; the scan ends here.");
		s->failed = true;
	}
	dial_stop(of_session(s)->dial);
	session_progress_close(s);
	session_print_rest(s, clock_now());
	if (s->stopping)
		buf_puts(&s->out, "Stopped early: what is above is what was known by then.\n");
	session_print_done(s, clock_now());
	return session_status(s);
}

static int make_planner(struct scan_session *s, struct err *err)
{
	struct connect_scan *c = of_session(s);
	struct dial_config config = {
		.port_count = s->port_count,
		.timing = s->choice.timing,
		.start = start,
		.cancel = cancel,
		.on_up = on_up,
		.on_done = on_done,
		.on_open = on_open,
		.user = s,
	};

	c->neighbours_max = 1 + neighbour_room(s->options->ipv6 ? 6 : 4) / 8 * NEIGHBOUR_EIGHTHS;
	c->order = malloc((s->port_count + 1) * sizeof(*c->order));
	if (c->order) {
		port_order(&s->ports[0], SERVICE_TCP, s->key.k0, s->options->sequential, c->order);
		config.ports = c->order;
		c->dial = dial_new(&config, clock_now());
	}
	return c->dial ? 0 : err_set(err, -ENOMEM, "there is no memory left for the scan.");
}

static int open_sockets(struct scan_session *s, struct err *err)
{
	int code = loop_open(on_signal, s, &s->loop, err);

	if (!code)
		code = names_open(s->loop,
				  &(struct names_options) {.reverse_timeout = NSEC_PER_SEC},
				  &s->names, err);
	if (!code)
		code = connector_open(s->loop, socket_limit(), on_result, s,
				      &of_session(s)->connector, err);
	return code;
}

static void close_all(struct scan_session *s)
{
	struct connect_scan *c = of_session(s);

	names_close(s->names);
	connector_close(c->connector);
	dial_free(c->dial);
	free(c->order);
	session_close(s);
}

int scan_connect(struct scan_session *s)
{
	const struct privilege_options drop = {.change_user = true};
	struct connect_scan connect = {0};
	struct privilege_report report;
	struct scan_ways ways;
	struct err err = {0};
	int status = STATUS_USAGE;

	s->connect = &connect;
	s->fill_host = fill_from_dial;
	s->release_host = release_host;
	if (refuse_options(s->options, &err) || session_survey(s, &ways, &err))
		goto out;
	if (!s->options->scan[SCAN_CONNECT])
		print_notice();
	if (!scan_targets_check(&s->targets, &ways, session_complain, s))
		goto out;
	status = STATUS_FAILED;
	if (make_planner(s, &err) || open_sockets(s, &err) || privilege_drop(&drop, &report, &err))
		goto out;
	session_print_start(s);
	status = run(s, &ways);
out:
	if (*err.text && status != STATUS_OK)
		print_complaint(err.text);
	close_all(s);
	s->connect = NULL;
	return status;
}
