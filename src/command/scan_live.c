// SPDX-License-Identifier: Apache-2.0
// The full scan: raw frames out, the kernel's ring in.
//
// Theory of operation. Order matters here:
//   1. Options and targets are checked, then the record and every socket are opened.
//   2. All privileges are given up. Only then is the first received byte looked at.
//   3. Names are looked up; the ring runs already, so these packets are recorded too.
//   4. Targets feed the engine; frames from the ring feed ledger, record, trace and engine
//      (scan_frames.c); timers drive the engine's sending. Reverse look-ups run beside.
//   5. Finished hosts are printed in order (scan_report.c), then the record is closed.
#include "command/scan_live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/rng.h"
#include "base/text.h"
#include "command/command.h"
#include "command/print.h"
#include "command/scan_limit.h"
#include "net/aside.h"
#include "net/clock.h"
#include "net/privilege.h"
#include "net/route.h"

#define FLUSH_EVERY     (200 * NSEC_PER_MSEC)
#define COUNT_EVERY     NSEC_PER_SEC
#define LATE_WAIT       (10 * NSEC_PER_MSEC) /* for the last frames to come out of the ring */
#define STEPS_AWAKE     4                    /* steps without a pause: a fast scan */
#define PORT_RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"
#define PORT_FLOOR      61000 /* above Linux's default range for outgoing connections */

/*
 * ENGINE_LOCAL_PORTS source ports that the kernel does not give to outgoing connections of its
 * own, drawn at random.
 */
static uint16_t choose_local_port(const struct hash_key *key)
{
	unsigned low = 32768, high = PORT_FLOOR - 1, first, last;
	struct rng rng = {key->k0 ^ key->k1};
	FILE *f = fopen(PORT_RANGE_FILE, "re");

	if (f) {
		if (fscanf(f, "%u %u", &low, &high) != 2 || low > high || high > UINT16_MAX) {
			low = 32768;
			high = PORT_FLOOR - 1;
		}
		fclose(f);
	}
	first = high + 1;
	last = UINT16_MAX + 1 - ENGINE_LOCAL_PORTS;
	if (high >= UINT16_MAX - 2 * ENGINE_LOCAL_PORTS) { /* no room above: take it from below */
		first = low > 2048 + 2 * ENGINE_LOCAL_PORTS ? 2048 : PORT_FLOOR;
		last = low > 2048 + 2 * ENGINE_LOCAL_PORTS ? low - ENGINE_LOCAL_PORTS : last;
	}
	return (uint16_t)(first + rng_below(&rng, last - first + 1));
}

/* The filter of the ring: what may concern this scan. */
static struct filter ring_filter(const struct scan_session *s)
{
	struct filter filter = {
		.port_low = s->local_port,
		.port_high = (uint16_t)(s->local_port + ENGINE_LOCAL_PORTS - 1),
	};

	filter.n_dns_ports = names_server_ports(s->names, filter.dns_ports, FILTER_DNS_PORTS_MAX);
	return filter;
}

static void on_signal(void *user, int signal)
{
	struct scan_session *s = user;

	if (session_progress_signal(s, signal))
		return;
	s->stopping = true;
	engine_stop(s->engine);
}

static void on_ring(void *user, int fd, uint32_t events)
{
	(void)fd;
	(void)events;
	session_read_frames(user, false);
}

static void on_ring_due(void *user, nsec_t now)
{
	(void)now;
	session_read_frames(user, false);
}

static void on_flush_due(void *user, nsec_t now)
{
	struct scan_session *s = user;

	record_flush(s->record);
	s->flush_timer.due = now + FLUSH_EVERY;
}

/* What the ring had no room for may have been answers: they are asked for again, more slowly. */
static void tell_dropped(struct scan_session *s, uint64_t dropped, nsec_t now)
{
	if (dropped == s->dropped)
		return;
	engine_tell_own_loss(s->engine, dropped - s->dropped, now);
	engine_tell_fault(s->engine, 0, now - COUNT_EVERY - SESSION_LOST_BEFORE, now);
	s->dropped = dropped;
}

static void on_count_due(void *user, nsec_t now)
{
	struct scan_session *s = user;
	struct ring_stats stats = ring_stats(s->ring);

	tell_dropped(s, stats.dropped, now);
	if (s->record)
		record_counts(s->record, &stats, now, false);
	s->count_timer.due = now + COUNT_EVERY;
}

static void on_host_up(void *user, uint32_t host)
{
	session_ask_reverse(session_host_at(user, host));
}

static void on_limit(void *user, uint32_t host)
{
	struct scan_session *s = user;

	if (s->options->verbose)
		scan_limit_announce(&s->out, engine_host(s->engine, host),
				    clock_now() - s->started);
}

static void on_host_done(void *user, uint32_t host)
{
	session_host_finish(session_host_at(user, host));
}

static void release_host(struct scan_session *s, uint32_t host)
{
	engine_release(s->engine, host);
}

static void fill_progress(const struct scan_session *s, struct progress *p)
{
	struct engine_progress engine = engine_progress(s->engine);
	struct ring_stats ring = ring_stats(s->ring);
	struct engine_stats stats = engine_stats(s->engine);

	p->scan = s->choice.kind_count ? scan_kind_row(s->choice.kinds[0])->name : "host discovery";
	p->under_way = engine.under_way;
	p->share = engine.shares;
	p->sent = stats.sent;
	p->postponed = stats.postponed;
	p->dropped = ring.dropped;
}

/* The kernel's entry for the router on the way, if it has one. */
static const uint8_t *known_router(struct scan_session *s, const struct engine_target *way)
{
	if (way->path.by_kernel || way->path.link != LINK_ETHERNET ||
	    addr_equal(&way->next_hop, &way->path.target))
		return NULL;
	if (s->router.interface != way->path.interface ||
	    !addr_equal(&s->router.addr, &way->next_hop)) {
		s->router.interface = way->path.interface;
		s->router.addr = way->next_hop;
		s->router.known = !route_neighbour(s->netlink, way->path.interface, &way->next_hop,
						   s->router.mac);
	}
	return s->router.known ? s->router.mac : NULL;
}

/* Hands the engine as many targets as it wants. */
static void feed(struct scan_session *s, const struct scan_ways *ways, nsec_t now)
{
	struct scan_target target;
	struct engine_target way;
	struct session_host *h;
	uint32_t index;

	while (engine_wants_target(s->engine) && session_next_target(s, ways, &target, &way)) {
		way.skip_ping = s->options->skip_ping;
		way.next_mac = known_router(s, &way);
		h = session_host_begin(s, &target);
		if (h && engine_add_target(s->engine, &way, now, &index)) {
			session_host_drop(h);
			h = NULL;
		}
		if (!h || !session_host_place(h, index))
			session_stop_targets(s);
	}
}

static void timer_init(struct scan_session *s, struct loop_timer *timer, loop_timer_fn *fn,
		       nsec_t due)
{
	*timer = (struct loop_timer) {.due = due, .fn = fn, .user = s};
	loop_add_timer(s->loop, timer);
}

static int open_record(struct scan_session *s, struct err *err)
{
	struct record_options options = {
		.path = s->options->write,
		.last = !s->options->write,
		.command = buf_text(&s->command_line),
		.started = s->started,
		.wall_offset = clock_wall_offset(),
	};
	int code;

	if (s->options->no_record)
		return 0;
	code = record_open(&options, &s->record, err);
	if (code && !s->options->write) { /* only a convenience failed: say so and go on */
		print_complaint(err->text);
		return 0;
	}
	return code;
}

static int open_sockets(struct scan_session *s, struct err *err)
{
	struct filter filter;
	int code = loop_open(on_signal, s, &s->loop, err);

	s->local_port = choose_local_port(&s->key);
	if (!code)
		code = names_open(s->loop,
				  &(struct names_options) {.reverse_timeout = NSEC_PER_SEC},
				  &s->names, err);
	if (code)
		return code;
	filter = ring_filter(s);
	if (s->record) {
		buf_clear(&s->comment);
		filter_text(&filter, &s->comment);
		record_set_filter(s->record, buf_text(&s->comment));
	}
	code = ring_open(NULL, &filter, &s->ring, err);
	if (!code)
		code = sender_open(&s->sender, err);
	if (!code)
		code = loop_watch(s->loop, ring_fd(s->ring), EPOLLIN, on_ring, s);
	return code;
}

/* A ping has no source port of its own: it may be discovery's or any canary's. */
static bool is_our_ping(const struct scan_session *s, const struct probe *probe,
			const struct addr *target)
{
	struct probe_request request = {.kind = probe->kind};

	for (unsigned i = 0; i < PROBE_ROWS_FROM; i++) {
		request.local_port = (uint16_t)(s->local_port + i);
		if (probe_cookie(&s->key, target, &request) == probe->cookie)
			return true;
	}
	return false;
}

/* Another program of this machine may ping or scan the same host: its probes lack our cookie. */
static bool is_ours(void *user, const struct probe *probe, const struct addr *target)
{
	const struct scan_session *s = user;
	struct probe_request request = {
		.kind = probe->kind,
		.port = probe->port,
		.local_port = probe->local_port,
	};

	if (probe->kind >= PROBE_SENT_KINDS)
		return false; /* no kind that this scanner sends */
	if (probe->kind == PROBE_ARP || probe->kind == PROBE_ND)
		return true;          /* these carry nothing to tell them by */
	if (probe->kind == PROBE_UDP) /* of a datagram only the port is known to be ours */
		return (uint16_t)(probe->local_port - s->local_port) < ENGINE_LOCAL_PORTS;
	if (!probe->local_port)
		return is_our_ping(s, probe, target);
	return probe_cookie(&s->key, target, &request) == probe->cookie;
}

/* Tells the engine what to ask each host's ports, pass after pass; orders has room for all. */
static void order_ports(const struct scan_session *s, uint16_t *orders,
			struct engine_config *config)
{
	struct engine_ports passes[ENGINE_PASSES_MAX] = {0};

	for (unsigned i = 0; i < s->choice.kind_count; i++) {
		const struct scan_kind_row *row = scan_kind_row(s->choice.kinds[i]);

		port_order(&s->ports[i], row->proto, s->key.k0, s->options->sequential, orders);
		passes[i] = (struct engine_ports) {row->probe, orders, s->ports[i].count};
		orders += s->ports[i].count;
	}
	config->port_kind = passes[0].kind;
	config->ports = passes[0].ports;
	config->port_count = passes[0].count;
	config->then = passes[1];
}

/* One try at all that is to be asked. */
static void reserve_ledger(struct scan_session *s)
{
	uint64_t hosts = target_list_count(&s->targets.list);

	if (hosts > LEDGER_RESERVE_MAX)
		hosts = LEDGER_RESERVE_MAX;
	ledger_reserve(s->ledger, hosts, hosts * (s->port_count + s->choice.ping_count));
}

static int make_engine(struct scan_session *s, struct err *err)
{
	struct engine_config config = {
		.key = s->key,
		.pings = s->choice.pings,
		.ping_count = s->choice.ping_count,
		.local_port = s->local_port,
		.timing = s->choice.timing,
		.send = session_send,
		.settle = session_settle,
		.on_up = on_host_up,
		.on_limit = on_limit,
		.on_done = on_host_done,
		.user = s,
	};
	uint16_t *orders = malloc((s->port_count + 1) * sizeof(*orders));

	s->ledger = ledger_new(&s->key);
	if (orders && s->ledger) {
		order_ports(s, orders, &config);
		config.ledger = s->ledger;
		s->engine = engine_new(&config, clock_now());
	}
	free(orders);
	if (!s->engine)
		return err_set(err, -ENOMEM, "there is no memory left for the scan.");
	ledger_set_ours(s->ledger, is_ours, s);
	for (size_t i = 0; i < s->devices.count; i++) {
		for (size_t a = 0; a < s->devices.rows[i].n_addrs; a++)
			ledger_add_own(s->ledger, &s->devices.rows[i].addrs[a].addr);
	}
	reserve_ledger(s);
	return 0;
}

/* True while something may still come or go. */
static bool under_way(const struct scan_session *s)
{
	if (s->stopping)
		return false;
	return !s->targets_ended || !engine_idle(s->engine) || s->hosts.count;
}

/* Writes down the addresses that the user's names stand for. */
static void record_target_names(struct scan_session *s)
{
	for (size_t i = 0; s->record && i < s->targets.list.count; i++) {
		struct addr addr;

		if (!s->targets.names[i].name)
			continue;
		addr = target_at(&s->targets.list.items[i], 0);
		record_name(s->record, &addr, s->targets.names[i].name);
	}
}

/* Has the loop look at the ring again. 0 or a negative code. */
static int watch_ring(struct scan_session *s)
{
	if (!s->ring_unwatched)
		return 0;
	s->ring_unwatched = false;
	return loop_watch(s->loop, ring_fd(s->ring), EPOLLIN, on_ring, s);
}

/*
 * Where the next step is due at once, step after step, nobody needs to be woken for the ring: it is
 * read then anyway, and each frame of ours is spared the kernel's wake-up of a loop that is awake.
 */
static int wait_for_step(struct scan_session *s, nsec_t now, nsec_t due)
{
	bool awake = due <= now;
	int code = 0;

	s->steps_awake = awake ? s->steps_awake + 1 : 0;
	if (s->steps_awake == STEPS_AWAKE)
		loop_unwatch(s->loop, ring_fd(s->ring));
	else if (!awake)
		code = watch_ring(s);
	s->ring_unwatched = s->steps_awake >= STEPS_AWAKE;
	if (s->ring_unwatched)
		session_read_frames(s, false);
	return code ? code : loop_once(s->loop, due);
}

static int scan_all(struct scan_session *s, const struct scan_ways *ways)
{
	int code = 0;

	while (!code && under_way(s)) {
		nsec_t now = clock_now(), due, wait;

		feed(s, ways, now);
		due = engine_step(s->engine, now);
		session_print_ready(s, clock_now());
		if (!under_way(s))
			break;
		wait = session_host_due(s);
		if (engine_wants_target(s->engine) && !s->targets_ended)
			wait = now;
		due = due < wait ? due : wait;
		code = wait_for_step(s, now, due);
		/* a busy machine, or Ctrl-Z, kept us: what came is read before time counts */
		if (due != NSEC_NEVER && clock_now() > due + LATE_WAIT)
			session_read_frames(s, false);
	}
	return code;
}

/* True when no frame of ours is still on its way through a queue to the ring. */
static bool all_seen(const struct scan_session *s)
{
	return s->frames_seen >= s->frames_out && !(s->ahead && send_ahead_open(s->ahead));
}

/* Lets the last frames come out, prints what is left, completes the record. */
static int finish(struct scan_session *s)
{
	nsec_t until, now;
	struct ring_stats stats;
	struct err err = {0};

	engine_stop(s->engine);
	watch_ring(s);
	until = clock_now() + LATE_WAIT;
	while (!all_seen(s) && clock_now() < until && !loop_once(s->loop, until))
		;
	session_read_frames(s, true);
	now = clock_now();
	session_progress_close(s);
	session_print_rest(s, now);
	if (s->stopping)
		buf_puts(&s->out, "Stopped early: what is above is what was known by then.\n");
	session_print_done(s, now);
	stats = ring_stats(s->ring);
	if (s->record) {
		record_counts(s->record, &stats, now, true);
		if (record_close(s->record, &err)) {
			print_complaint(err.text);
			s->failed = true;
		}
		s->record = NULL;
	}
	return session_status(s);
}

/* From the first packet to the last. */
static int run(struct scan_session *s, const struct scan_ways *ways)
{
	nsec_t now = clock_now();

	timer_init(s, &s->ring_timer, on_ring_due, NSEC_NEVER);
	timer_init(s, &s->flush_timer, on_flush_due, s->record ? now + FLUSH_EVERY : NSEC_NEVER);
	timer_init(s, &s->count_timer, on_count_due, now + COUNT_EVERY);
	session_progress_open(s, fill_progress);
	if (session_look_up(s) || (record_target_names(s), scan_all(s, ways))) {
		session_complain(s, "waiting for packets failed; the scan ends here.");
		s->failed = true;
	}
	return finish(s);
}

static void close_all(struct scan_session *s)
{
	int fds[] = {s->ring ? ring_fd(s->ring) : -1, s->sender ? sender_fd(s->sender) : -1};
	int aside = -1;

	send_ahead_free(s->ahead); /* first: it sends bytes of the engine's */
	names_close(s->names);
	record_close(s->record, NULL);
	engine_free(s->engine);
	ledger_free(s->ledger);
	if (s->ring)
		aside = aside_begin(fds, sizeof(fds) / sizeof(fds[0]));
	sender_close(s->sender);
	ring_close(s->ring);
	session_close(s);
	aside_end(aside);
}

int scan_live(struct scan_session *s)
{
	const struct privilege_options drop = {.change_user = true};
	struct privilege_report report;
	struct scan_ways ways;
	struct err err = {0};
	int status = STATUS_USAGE;

	s->fill_host = session_fill_from_ledger;
	s->release_host = release_host;
	if (session_survey(s, &ways, &err))
		goto out;
	if (!scan_targets_check(&s->targets, &ways, session_complain, s))
		goto out;
	if (open_record(s, &err))
		goto out;
	status = STATUS_FAILED;
	if (open_sockets(s, &err) || make_engine(s, &err) || privilege_drop(&drop, &report, &err))
		goto out;
	if (!(s->choice.timing.max_rate > 0)) /* a limit is kept where frames leave at once */
		s->ahead = send_ahead_new(s->sender);
	session_print_start(s);
	status = run(s, &ways);
out:
	if (*err.text && status != STATUS_OK)
		print_complaint(err.text);
	close_all(s);
	return status;
}
