// SPDX-License-Identifier: Apache-2.0
// A network in virtual time: drives the engine and the ledger as a real one would.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim.h"

#include "base/rng.h"
#include "packet/decode.h"
#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/tcp.h"
#include "wire/build.h"

#define FRAME_MAX  256
#define LOCAL_PORT 61000
#define TIME_LIMIT (4000 * NSEC_PER_SEC)
#define SENT_MAX   4000000

static const uint8_t our_mac[MAC_LEN] = {2, 0, 0, 0, 0, 1};
static const uint8_t their_mac[MAC_LEN] = {2, 0, 0, 0, 0, 2};

/* A frame on its way; a binary heap by (time, order). */
struct flying {
	nsec_t time;
	uint64_t order;
	uint32_t len;
	bool to_host;
	uint8_t bytes[FRAME_MAX];
};

/* One direction of the path. */
struct lane {
	nsec_t free_at; /* when the last queued frame will have left */
	nsec_t last;    /* when the last frame arrives: order is kept */
};

struct sim {
	const struct sim_config *config;
	struct rng rng;
	struct ledger *ledger;
	struct engine *engine;
	nsec_t now;
	uint64_t frames, order;
	struct flying **heap;
	size_t heap_count, heap_room;
	struct lane forth, back;
	double rst_tokens;
	nsec_t rst_filled;
	nsec_t *sent_times;
	struct sim_result result;
};

static double chance(struct sim *s)
{
	return (double)(rng_next(&s->rng) >> 11) / 9007199254740992.0;
}

static bool earlier(const struct flying *a, const struct flying *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void heap_push(struct sim *s, struct flying *f)
{
	size_t i = s->heap_count++;

	if (s->heap_count > s->heap_room) {
		s->heap_room = s->heap_room ? s->heap_room * 2 : 1024;
		s->heap = realloc(s->heap, s->heap_room * sizeof(struct flying *));
		assert_non_null(s->heap);
	}
	for (; i && earlier(f, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = f;
}

static struct flying *heap_pop(struct sim *s)
{
	struct flying *top = s->heap[0], *last = s->heap[--s->heap_count];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= s->heap_count)
			break;
		if (child + 1 < s->heap_count && earlier(s->heap[child + 1], s->heap[child]))
			child++;
		if (!earlier(s->heap[child], last))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return top;
}

/* Puts bytes on the path in one direction, after `wait`. */
static void cross(struct sim *s, const uint8_t *bytes, size_t len, bool to_host, nsec_t wait)
{
	const struct sim_path *p = &s->config->path;
	struct lane *lane = to_host ? &s->forth : &s->back;
	nsec_t at = s->now + wait;
	struct flying *f;

	if (chance(s) < p->loss) {
		s->result.lost++;
		return;
	}
	if (p->rate > 0) {
		nsec_t each = (nsec_t)((double)NSEC_PER_SEC / p->rate);

		if (lane->free_at < at)
			lane->free_at = at;
		if ((lane->free_at - at) / each >= (nsec_t)p->queue) {
			s->result.queue_drops++;
			return;
		}
		lane->free_at += each;
		at = lane->free_at;
	}
	at += p->delay + (p->jitter ? (nsec_t)rng_below(&s->rng, (uint64_t)p->jitter) : 0);
	if (at < lane->last)
		at = lane->last;
	lane->last = at;
	f = malloc(sizeof(*f));
	assert_non_null(f);
	assert_true(len <= FRAME_MAX);
	*f = (struct flying) {
		.time = at, .order = s->order++, .len = (uint32_t)len, .to_host = to_host};
	memcpy(f->bytes, bytes, len);
	heap_push(s, f);
}

/* Shows a frame to ledger and engine, as the receive ring does. */
static void show(struct sim *s, const uint8_t *bytes, uint32_t len, enum frame_direction direction)
{
	struct frame frame = {
		.id = ++s->frames,
		.time = s->now,
		.link = LINK_ETHERNET,
		.direction = direction,
		.captured_len = len,
		.wire_len = len,
		.bytes = bytes,
	};
	struct note note;

	assert_int_equal(ledger_frame(s->ledger, &frame, &note, NULL), 0);
	engine_note(s->engine, &note, s->now);
}

static void send_frames(void *user, struct engine_send *sends, size_t count)
{
	struct sim *s = user;

	for (size_t i = 0; i < count; i++) {
		assert_true(sends[i].len > 0);
		assert_true(s->result.sent < SENT_MAX);
		s->sent_times[s->result.sent++] = s->now;
		show(s, sends[i].bytes, (uint32_t)sends[i].len, FRAME_SENT);
		cross(s, sends[i].bytes, sends[i].len, true, 0);
		sends[i].result = 0;
	}
}

/* Ethernet and IP headers of an answer to `to`. */
static void answer_head(struct build *b, const struct ip_packet *to, const struct addr *from,
			uint8_t protocol, uint32_t len)
{
	struct eth_hdr eth = {.type = to->network == NETWORK_IPV4 ? ETHER_IPV4 : ETHER_IPV6};

	memcpy(eth.destination, our_mac, MAC_LEN);
	memcpy(eth.source, their_mac, MAC_LEN);
	eth_write(b, &eth);
	if (to->network == NETWORK_IPV4) {
		struct ipv4_hdr ip = {.ttl = 57,
				      .protocol = protocol,
				      .source = *from,
				      .destination = to->source};

		ipv4_write(b, &ip, len);
	} else {
		struct ipv6_hdr ip = {.hop_limit = 57,
				      .protocol = protocol,
				      .next_header = protocol,
				      .source = *from,
				      .destination = to->source};

		ipv6_write(b, &ip, len);
	}
}

static void answer_tcp(struct sim *s, const struct ip_packet *to, uint16_t flags, uint32_t seq,
		       uint32_t ack)
{
	uint8_t bytes[FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	struct tcp_hdr tcp = {.source_port = to->tcp.destination_port,
			      .destination_port = to->tcp.source_port,
			      .seq = seq,
			      .ack = ack,
			      .flags = flags};

	answer_head(&b, to, &to->destination, IP_TCP, TCP_HEADER_MIN);
	tcp_write(&b, &tcp, &to->destination, &to->source, NULL, 0);
	cross(s, bytes, b.len, false, 0);
}

/* The host's reset, if its limiter lets it. */
static void answer_reset(struct sim *s, const struct ip_packet *to, uint16_t flags, uint32_t seq,
			 uint32_t ack)
{
	const struct sim_path *p = &s->config->path;

	if (p->rst_rate > 0) {
		s->rst_tokens += (double)(s->now - s->rst_filled) * p->rst_rate / NSEC_PER_SEC;
		if (s->rst_tokens > p->rst_burst)
			s->rst_tokens = p->rst_burst;
		s->rst_filled = s->now;
		if (s->rst_tokens < 1)
			return;
		s->rst_tokens -= 1;
	}
	answer_tcp(s, to, flags, seq, ack);
}

/* An administrator's refusal from the router, quoting the probe's header and 8 bytes. */
static void answer_reject(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	uint8_t bytes[FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	const uint8_t *quote = frame->bytes + to->network_at;
	uint16_t len = (uint16_t)(to->transport_at - to->network_at + 8);
	struct addr router;

	addr_parse(s->config->ipv6 ? "2001:db8:1::1" : "192.0.2.1", &router);
	if (s->config->ipv6) {
		struct icmpv6_hdr icmp = {.type = ICMPV6_UNREACHABLE, .code = 1, .is_error = true};

		answer_head(&b, to, &router, IP_ICMPV6, len + 8u);
		icmpv6_write(&b, &icmp, &router, &to->source, quote, len);
	} else {
		struct icmp_hdr icmp = {
			.type = ICMP_TYPE_UNREACHABLE, .code = 13, .is_error = true};

		answer_head(&b, to, &router, IP_ICMP, len + 8u);
		icmp_write(&b, &icmp, quote, len);
	}
	cross(s, bytes, b.len, false, 0);
}

static void meet_syn(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	const struct tcp_hdr *tcp = &to->tcp;

	switch (s->config->port(s->config->user, tcp->destination_port)) {
	case SIM_OPEN:
		answer_tcp(s, to, TCP_SYN | TCP_ACK, 77, tcp->seq + 1);
		break;
	case SIM_CLOSED:
		answer_reset(s, to, TCP_RST | TCP_ACK, 0, tcp->seq + 1);
		break;
	case SIM_SILENT:
		break;
	case SIM_REJECT:
		answer_reject(s, frame, to);
		break;
	case SIM_SPLIT:
		answer_tcp(s, to, TCP_ACK, 5, tcp->seq + 1);
		answer_tcp(s, to, TCP_SYN, 5, 0);
		break;
	case SIM_FORGED:
		answer_tcp(s, to, TCP_SYN | TCP_ACK, 77, tcp->seq + 4711);
		break;
	}
}

/* ARP and neighbour discovery never fail here unless the address is empty. */
static void meet_resolution(struct sim *s, const struct packet *p)
{
	uint8_t bytes[FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	if (p->network == NETWORK_ARP) {
		struct eth_hdr eth = {.type = ETHER_ARP};
		struct arp_hdr arp = {
			.operation = ARP_REPLY, .sender = p->arp.target, .target = p->arp.sender};

		memcpy(eth.destination, our_mac, MAC_LEN);
		memcpy(eth.source, their_mac, MAC_LEN);
		memcpy(arp.sender_mac, their_mac, MAC_LEN);
		memcpy(arp.target_mac, our_mac, MAC_LEN);
		eth_write(&b, &eth);
		arp_write(&b, &arp);
	} else {
		struct icmpv6_hdr na = {.type = ICMPV6_NEIGHBOUR_ADVERT,
					.nd_flags = ND_SOLICITED | ND_OVERRIDE,
					.target = p->ip.icmpv6.target,
					.has_link_address = true};

		memcpy(na.link_address, their_mac, MAC_LEN);
		answer_head(&b, &p->ip, &na.target, IP_ICMPV6, 32);
		icmpv6_write(&b, &na, &na.target, &p->ip.source, NULL, 0);
	}
	cross(s, bytes, b.len, false, 0);
}

static void answer_echo(struct sim *s, const struct ip_packet *to)
{
	uint8_t bytes[FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	if (s->config->ipv6) {
		struct icmpv6_hdr reply = to->icmpv6;

		reply.type = ICMPV6_ECHO_REPLY;
		answer_head(&b, to, &to->destination, IP_ICMPV6, 8);
		icmpv6_write(&b, &reply, &to->destination, &to->source, NULL, 0);
	} else {
		struct icmp_hdr reply = to->icmp;

		reply.type = ICMP_TYPE_ECHO_REPLY;
		answer_head(&b, to, &to->destination, IP_ICMP, 8);
		icmp_write(&b, &reply, NULL, 0);
	}
	cross(s, bytes, b.len, false, 0);
}

static bool exists(const struct sim *s, const struct addr *addr)
{
	if (s->config->alive_every <= 1)
		return true;
	for (unsigned i = 0; i < s->config->hosts; i += s->config->alive_every) {
		struct addr a = sim_addr(s->config, i);

		if (addr_equal(&a, addr))
			return true;
	}
	return false;
}

/* What the far end makes of a frame. */
static void meet(struct sim *s, const struct frame *frame)
{
	struct packet p;

	packet_decode(frame, &p);
	if (p.network == NETWORK_ARP) {
		if (!s->config->on_link || exists(s, &p.arp.target))
			meet_resolution(s, &p);
		return;
	}
	if (p.ip.transport == TRANSPORT_ICMPV6 && p.ip.icmpv6.type == ICMPV6_NEIGHBOUR_SOLICIT) {
		if (!s->config->on_link || exists(s, &p.ip.icmpv6.target))
			meet_resolution(s, &p);
		return;
	}
	assert_int_equal(packet_checksum(frame, &p), CHECKSUM_GOOD);
	if (!exists(s, &p.ip.destination))
		return;
	if (p.ip.transport == TRANSPORT_TCP && p.ip.tcp.flags == TCP_SYN)
		meet_syn(s, frame, &p.ip);
	else if (p.ip.transport == TRANSPORT_TCP && s->config->answers_ping)
		answer_reset(s, &p.ip, TCP_RST, p.ip.tcp.ack, 0);
	else if (s->config->answers_ping &&
		 ((p.ip.transport == TRANSPORT_ICMP && p.ip.icmp.type == ICMP_TYPE_ECHO) ||
		  (p.ip.transport == TRANSPORT_ICMPV6 && p.ip.icmpv6.type == ICMPV6_ECHO)))
		answer_echo(s, &p.ip);
}

/* A reply to a probe that was never sent like this: right address and ports, wrong number. */
static void forge(struct sim *s)
{
	const struct sim_config *c = s->config;
	uint8_t bytes[FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	struct addr host = sim_addr(c, (unsigned)rng_below(&s->rng, c->hosts)), us;
	struct ip_packet to = {.network = c->ipv6 ? NETWORK_IPV6 : NETWORK_IPV4};
	struct tcp_hdr tcp = {
		.source_port = c->ports[rng_below(&s->rng, c->port_count)],
		.destination_port = (uint16_t)(LOCAL_PORT + 1 + rng_below(&s->rng, 3)),
		.seq = (uint32_t)rng_next(&s->rng),
		.ack = (uint32_t)rng_next(&s->rng),
		.flags = rng_below(&s->rng, 2) ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK,
	};

	addr_parse(c->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &us);
	to.source = us;
	answer_head(&b, &to, &host, IP_TCP, TCP_HEADER_MIN);
	tcp_write(&b, &tcp, &host, &us, NULL, 0);
	show(s, bytes, (uint32_t)b.len, FRAME_RECEIVED);
}

struct addr sim_addr(const struct sim_config *config, unsigned i)
{
	struct addr a;

	if (config->ipv6) {
		addr_parse(config->on_link ? "2001:db8:1::1000" : "2001:db8:5::1000", &a);
		a.bytes[14] = (uint8_t)((i + 1) >> 8);
		a.bytes[15] = (uint8_t)(i + 1);
		return a;
	}
	addr_parse(config->on_link ? "10.9.0.0" : "198.51.100.0", &a);
	return addr_v4_number(addr_number(&a) + i + 1);
}

static void add_target(struct sim *s, unsigned i)
{
	const struct sim_config *c = s->config;
	struct engine_target target = {
		.path = {.target = sim_addr(c, i), .interface = 1, .link = LINK_ETHERNET},
		.skip_ping = c->skip_ping,
	};
	uint32_t index;

	memcpy(target.path.source_mac, our_mac, MAC_LEN);
	addr_parse(c->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &target.path.source);
	target.next_hop = target.path.target;
	if (!c->on_link)
		addr_parse(c->ipv6 ? "2001:db8:1::1" : "192.0.2.1", &target.next_hop);
	assert_int_equal(engine_add_target(s->engine, &target, s->now, &index), 0);
}

static double peak_rate(const struct sim *s)
{
	uint64_t best = 0, from = 0;

	for (uint64_t i = 0; i < s->result.sent; i++) {
		while (s->sent_times[i] - s->sent_times[from] >= NSEC_PER_SEC)
			from++;
		if (i - from + 1 > best)
			best = i - from + 1;
	}
	return (double)best;
}

/* Delivers what arrives first; false when it lies beyond `until`. */
static bool deliver(struct sim *s, nsec_t until)
{
	struct flying *f;

	if (!s->heap_count || s->heap[0]->time > until)
		return false;
	f = heap_pop(s);
	s->now = f->time > s->now ? f->time : s->now;
	if (f->to_host) {
		struct frame frame = {.time = s->now,
				      .link = LINK_ETHERNET,
				      .captured_len = f->len,
				      .wire_len = f->len,
				      .bytes = f->bytes};

		meet(s, &frame);
	} else {
		show(s, f->bytes, f->len, FRAME_RECEIVED);
	}
	free(f);
	return true;
}

static void run(struct sim *s)
{
	unsigned added = 0, forged = 0;

	for (;;) {
		nsec_t due;

		while (added < s->config->hosts && engine_wants_target(s->engine))
			add_target(s, added++);
		due = engine_step(s->engine, s->now);
		if (engine_idle(s->engine) && added == s->config->hosts)
			return;
		if (engine_wants_target(s->engine) && added < s->config->hosts)
			continue;
		for (; forged < s->config->forgeries && forged < 50 * s->result.sent; forged++)
			forge(s);
		if (deliver(s, due))
			continue;
		assert_true(due != NSEC_NEVER); /* otherwise nothing would ever happen again */
		assert_true(due < TIME_LIMIT);
		s->now = due > s->now ? due : s->now + 1;
	}
}

struct sim_result sim_run(const struct sim_config *config)
{
	const struct hash_key key = {config->seed, ~config->seed};
	struct sim s = {
		.config = config, .rng = {config->seed}, .rst_tokens = config->path.rst_burst};
	struct engine_config ec = {
		.key = key,
		.ports = config->ports,
		.port_count = config->port_count,
		.local_port = LOCAL_PORT,
		.timing = config->timing,
		.send = send_frames,
		.user = &s,
	};
	struct addr us;

	s.sent_times = malloc(SENT_MAX * sizeof(*s.sent_times));
	s.ledger = ledger_new(&key);
	assert_non_null(s.sent_times);
	assert_non_null(s.ledger);
	addr_parse(config->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &us);
	ledger_add_own(s.ledger, &us);
	ec.ledger = s.ledger;
	s.engine = engine_new(&ec, 0);
	assert_non_null(s.engine);
	run(&s);
	ledger_set_end(s.ledger, s.now);
	s.result.elapsed = s.now;
	s.result.ledger = s.ledger;
	s.result.peak_rate = peak_rate(&s);
	for (uint32_t i = 0; i < engine_host_count(s.engine); i++) {
		enum engine_outcome outcome = engine_host(s.engine, i)->outcome;

		s.result.hosts_scanned += outcome == ENGINE_SCANNED;
		s.result.hosts_down += outcome == ENGINE_DOWN;
	}
	engine_free(s.engine);
	while (s.heap_count)
		free(heap_pop(&s));
	free(s.heap);
	free(s.sent_times);
	return s.result;
}
