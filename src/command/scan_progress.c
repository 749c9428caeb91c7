// SPDX-License-Identifier: Apache-2.0
// How far the scan is, on standard error: see the header.
//
// Theory of operation. The line in place appears once a scan has lasted a second, is drawn five
// times a second over itself, and is taken away before anything is printed: so it is never part of
// the report, not even where that goes to the same terminal. A terminal that takes no output
// (Ctrl-S) is left alone, the scan goes on.
#include "command/scan_progress.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "command/scan_session.h"
#include "command/terminal.h"
#include "net/clock.h"

#define FIRST_DRAW    NSEC_PER_SEC
#define DRAW_EVERY    (200 * NSEC_PER_MSEC)
#define COLUMNS_USUAL 80
#define LEVEL_MAX     10 /* of verbosity and debugging, as in Nmap */

static const char help[] =
	"Keys while a scan runs:\n"
	"  v / V  print more / less       d / D  show more / less in this status\n"
	"  p / P  packet trace on / off   ?      this help\n"
	"  any other key: how far the scan is\n";

/* Writes what is in p->out to standard error, if that takes it now. */
static void write_out(struct scan_progress *p)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
	size_t done = 0;

	while (done < p->out.len && poll(&ready, 1, 0) > 0 && ready.revents & POLLOUT) {
		ssize_t got = write(STDERR_FILENO, p->out.data + done, p->out.len - done);

		if (got <= 0)
			break; /* a state that nobody can see is no reason to stop */
		done += (size_t)got;
	}
	buf_clear(&p->out);
}

/* Local time of day, as wall time. */
static nsec_t wall_now(nsec_t now)
{
	nsec_t wall = now + clock_wall_offset();
	time_t seconds = (time_t)(wall / NSEC_PER_SEC);
	struct tm tm;

	return localtime_r(&seconds, &tm) ? wall + tm.tm_gmtoff * NSEC_PER_SEC : wall;
}

static struct progress state(const struct scan_session *s, nsec_t now)
{
	struct progress p = {
		.elapsed = now - s->started,
		.done = s->reported,
		.up = s->up,
		.share = -1,
		.wall_now = wall_now(now),
		.debug = s->progress.debug,
	};
	double begun;

	s->progress.fill(s, &p);
	p.total = s->targets_ended ? s->addresses : target_list_count(&s->targets.list);
	/* the planner's are shares of single hosts; those finished count whole */
	begun = (double)s->reported + p.share;
	p.share = p.total ? begun / (double)p.total : -1;
	if (p.share > 1)
		p.share = 1;
	if (p.elapsed > 0)
		p.rate = (double)p.sent * NSEC_PER_SEC / (double)p.elapsed;
	return p;
}

void session_progress_hide(struct scan_session *s)
{
	struct scan_progress *p = &s->progress;

	if (!p->shown)
		return;
	buf_puts(&p->out, "\r\033[K");
	write_out(p);
	p->shown = false;
}

static void on_draw_due(void *user, nsec_t now)
{
	struct scan_session *s = user;
	struct progress state_now = state(s, now);
	struct winsize size = {0};

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		size.ws_col = COLUMNS_USUAL;
	buf_putc(&s->progress.out, '\r');
	progress_bar(&s->progress.out, &state_now, size.ws_col);
	buf_puts(&s->progress.out, "\033[K");
	write_out(&s->progress);
	s->progress.shown = true;
	s->progress.draw_timer.due = now + DRAW_EVERY;
}

static void print_state(struct scan_session *s, nsec_t now)
{
	struct progress state_now = state(s, now);

	session_progress_hide(s);
	progress_lines(&s->progress.out, &state_now);
	write_out(&s->progress);
}

static void on_stats_due(void *user, nsec_t now)
{
	struct scan_session *s = user;

	print_state(s, now);
	s->progress.stats_timer.due = now + s->options->stats_every;
}

/* Moves a level up or down, and says so. */
static void change(struct scan_session *s, const char *what, unsigned *level, bool up)
{
	if (up && *level < LEVEL_MAX)
		++*level;
	else if (!up && *level)
		--*level;
	buf_printf(&s->progress.out, "%s %s to %u.\n", what, up ? "Increased" : "Decreased",
		   *level);
}

static void on_key(struct scan_session *s, int key, nsec_t now)
{
	session_progress_hide(s);
	switch (key) {
	case 'v':
	case 'V':
		change(s, "Verbosity", &s->options->verbose, key == 'v');
		break;
	case 'd':
	case 'D':
		change(s, "Debugging", &s->progress.debug, key == 'd');
		break;
	case 'p':
	case 'P':
		s->options->packet_trace = key == 'p';
		buf_printf(&s->progress.out, "Packet Tracing %s.\n",
			   key == 'p' ? "enabled" : "disabled");
		break;
	case '?':
		buf_puts(&s->progress.out, help);
		break;
	default:
		print_state(s, now);
		break;
	}
	write_out(&s->progress);
}

static void on_input(void *user, int fd, uint32_t events)
{
	struct scan_session *s = user;
	int key;

	(void)events;
	while ((key = keys_next(&s->progress.keys)) >= 0)
		on_key(s, key, clock_now());
	if (!s->progress.keys.taken)
		loop_unwatch(s->loop, fd);
}

/* Takes the terminal, if it is ours to take, and listens to it. */
static void listen(struct scan_session *s)
{
	const struct keys *k = &s->progress.keys;

	if (k->taken)
		loop_watch(s->loop, k->fd, EPOLLIN, on_input, s);
}

void session_progress_open(struct scan_session *s, session_progress_fn *fill)
{
	struct scan_progress *p = &s->progress;
	nsec_t now = clock_now();

	p->fill = fill;
	p->is_open = true;
	p->in_place = terminal_can_redraw(STDERR_FILENO);
	p->draw_timer = (struct loop_timer) {
		.due = p->in_place ? now + FIRST_DRAW : NSEC_NEVER,
		.fn = on_draw_due,
		.user = s,
	};
	p->stats_timer = (struct loop_timer) {
		.due = s->options->stats_every ? now + s->options->stats_every : NSEC_NEVER,
		.fn = on_stats_due,
		.user = s,
	};
	loop_add_timer(s->loop, &p->draw_timer);
	loop_add_timer(s->loop, &p->stats_timer);
	keys_open(&p->keys);
	if (p->keys.fd < 0)
		return;
	loop_add_signal(s->loop, SIGTSTP);
	loop_add_signal(s->loop, SIGCONT);
	loop_add_signal(s->loop, SIGQUIT);
	listen(s);
}

/* Lets a signal do to us what it does by default. */
static void undergo(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	signal(number, SIG_DFL);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool session_progress_signal(struct scan_session *s, int signal)
{
	switch (signal) {
	case SIGTSTP:
	case SIGQUIT:
		session_progress_hide(s);
		if (s->record)
			record_flush(s->record);
		loop_unwatch(s->loop, s->progress.keys.fd);
		keys_release(&s->progress.keys);
		if (signal == SIGQUIT)
			undergo(SIGQUIT);
		else
			raise(SIGSTOP);
		return true; /* SIGCONT follows */
	case SIGCONT:
		keys_resume(&s->progress.keys);
		listen(s);
		return true;
	default:
		return false;
	}
}

void session_progress_close(struct scan_session *s)
{
	struct scan_progress *p = &s->progress;

	if (!p->is_open)
		return;
	session_progress_hide(s);
	loop_unwatch(s->loop, p->keys.fd);
	keys_release(&p->keys);
	loop_remove_timer(s->loop, &p->draw_timer);
	loop_remove_timer(s->loop, &p->stats_timer);
	buf_done(&p->out);
	p->is_open = false;
}
