// SPDX-License-Identifier: Apache-2.0
/*
 * Decides what a simulated host answers to a packet.
 *
 * Theory of operation. There is no connection table, so thousands of hosts cost
 * nothing. Our initial sequence number is a keyed hash of the connection's
 * addresses and ports; a later segment belongs to a handshake of ours exactly
 * when its acknowledgement lies just above that number, and a stray ACK is told
 * apart (and reset, as a real stack does) without having kept anything.
 */
#include "answer.h"

#include <string.h>

enum {
	WRONG_OFFSET = 0x01234567,
	OUR_WINDOW = 65536,
	RST_WINDOW = 4096,
	LINK_MTU = 1280,
	POINTER_V4 = 20,
	POINTER_V6 = 40,
};

static const uint64_t ns_per_s = 1000000000;

static uint64_t mix(uint64_t h, const uint8_t *bytes, size_t len)
{
	while (len--)
		h = (h ^ *bytes++) * 0x100000001b3ULL;
	return h ^ h >> 29;
}

static uint32_t our_isn(const struct answerer *a, const struct packet *p)
{
	uint64_t h = a->secret ^ 0xcbf29ce484222325ULL;
	const uint8_t ports[4] = {(uint8_t)(p->port_from >> 8), (uint8_t)p->port_from,
				  (uint8_t)(p->port_to >> 8), (uint8_t)p->port_to};

	h = mix(h, p->from.bytes, 16);
	h = mix(h, p->to.bytes, 16);
	h = mix(h, ports, sizeof(ports));
	return (uint32_t)(h ^ h >> 32);
}

/* Takes one token; false when the limit is reached. */
static bool may_send(struct bucket *b, uint64_t now_ns)
{
	uint64_t price_ns, full_ns;

	if (!b->per_s)
		return true;
	price_ns = ns_per_s / b->per_s;
	full_ns = price_ns * b->burst;
	if (b->tokens_ns != UINT64_MAX)
		b->tokens_ns += now_ns - b->last_ns;
	if (b->tokens_ns > full_ns)
		b->tokens_ns = full_ns;
	b->last_ns = now_ns;
	if (b->tokens_ns < price_ns)
		return false;
	b->tokens_ns -= price_ns;
	return true;
}

/* The number that acknowledges all of P. */
static uint32_t after(const struct packet *p)
{
	return p->seq + p->payload_len + !!(p->flags & TCP_SYN) + !!(p->flags & TCP_FIN);
}

static void write_rst(struct reply *r, const struct packet *p, const struct address *from,
		      uint32_t error, uint16_t window)
{
	struct reply_tcp segment = {.flags = TCP_RST, .window = window};

	if (p->flags & TCP_ACK) {
		segment.seq = p->ack + error;
	} else {
		segment.ack = after(p) + error;
		segment.flags |= TCP_ACK;
	}
	reply_tcp(r, p, from, &segment);
}

static void write_error(struct reply *r, const struct group *g, const struct packet *p,
			const struct step *step)
{
	struct reply_error error = {.from = step->other_sender ? step->sender : p->to,
				    .type = step->type,
				    .code = step->code,
				    .quote_max = g->quote_max};

	if (p->to.v6 ? step->type == 2 : step->type == 3 && step->code == 4)
		error.rest = LINK_MTU;
	else if (p->to.v6 && step->type == 4)
		error.rest = POINTER_V6;
	else if (!p->to.v6 && step->type == 12)
		error.rest = (uint32_t)POINTER_V4 << 24;
	if (step->kind == STEP_BAD_ICMP)
		error.seq_xor = WRONG_OFFSET;
	reply_error(r, p, &error);
}

static struct step port_unreachable(const struct packet *p, enum step_kind kind)
{
	return (struct step) {.kind = kind, .type = p->to.v6 ? 1 : 3, .code = p->to.v6 ? 4 : 3};
}

static struct address neighbour_of(const struct address *address)
{
	struct address other = *address;

	other.bytes[address->v6 ? 15 : 3] ^= 1;
	return other;
}

/* One step of a TCP rule; false when it says nothing to this segment. */
static bool tcp_step(const struct answerer *a, const struct group *g, const struct packet *p,
		     const struct step *step, struct reply *r)
{
	bool syn = (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct reply_tcp segment = {our_isn(a, p), after(p), TCP_SYN | TCP_ACK};
	struct address other = neighbour_of(&p->to);
	struct step unreachable;

	switch (step->kind) {
	case STEP_CLOSED:
		write_rst(r, p, &p->to, 0, 0);
		return true;
	case STEP_RST_SOURCE:
		write_rst(r, p, &other, 0, 0);
		return true;
	case STEP_ICMP:
		write_error(r, g, p, step);
		return true;
	case STEP_BAD_ICMP:
		unreachable = port_unreachable(p, STEP_BAD_ICMP);
		write_error(r, g, p, &unreachable);
		return true;
	case STEP_WINDOW_RST:
		write_rst(r, p, &p->to, 0, RST_WINDOW);
		return true;
	case STEP_BAD_RST:
		write_rst(r, p, &p->to, WRONG_OFFSET, 0);
		return true;
	case STEP_OPEN:
		break;
	case STEP_SPLIT:
		segment = (struct reply_tcp) {segment.seq, 0, TCP_SYN};
		break;
	case STEP_BAD_ACK:
		segment.ack += WRONG_OFFSET;
		break;
	case STEP_WRONG_SOURCE:
		if (syn)
			reply_tcp(r, p, &other, &segment);
		return syn;
	}
	if (syn)
		reply_tcp(r, p, &p->to, &segment);
	return syn;
}

static bool listens(const struct rule *rule)
{
	unsigned int i;

	for (i = 0; i < rule->count; i++)
		if (rule->steps[i].kind == STEP_OPEN || rule->steps[i].kind == STEP_SPLIT)
			return true;
	return false;
}

/* A segment with ACK on a listening port: part of a handshake of ours, or a stray. */
static unsigned int later_segment(const struct answerer *a, const struct packet *p, struct reply *r)
{
	uint32_t isn = our_isn(a, p), above = p->ack - isn - 1;
	struct reply_tcp segment = {p->ack, after(p), TCP_ACK};

	if (above >= OUR_WINDOW) {
		write_rst(r, p, &p->to, 0, 0);
		return 1;
	}
	if (p->flags & TCP_FIN)
		segment.flags |= TCP_FIN;
	else if (!(p->flags & TCP_SYN) && !p->payload_len)
		return 0;
	reply_tcp(r, p, &p->to, &segment);
	return 1;
}

static bool is_rst(const struct step *s)
{
	return s->kind == STEP_CLOSED || s->kind == STEP_BAD_RST || s->kind == STEP_RST_SOURCE ||
	       s->kind == STEP_WINDOW_RST;
}

static bool is_error(const struct step *s)
{
	return s->kind == STEP_ICMP || s->kind == STEP_BAD_ICMP;
}

static bool within_limits(struct answerer *a, struct group *g, const struct step *s,
			  uint64_t now_ns)
{
	if ((is_rst(s) && !may_send(&g->rst_limit, now_ns)) ||
	    (is_error(s) && !may_send(&g->icmp_limit, now_ns))) {
		a->count.limited++;
		return false;
	}
	return true;
}

static unsigned int answer_tcp(struct answerer *a, struct group *g, const struct packet *p,
			       uint64_t now_ns, struct reply *replies)
{
	const struct rule *rule = &g->rules[g->tcp[p->port_to]];
	unsigned int i, count = 0;

	a->count.tcp++;
	if (p->flags & TCP_RST)
		return 0;
	if (listens(rule) && (p->flags & TCP_ACK))
		return later_segment(a, p, replies);
	for (i = 0; i < rule->count; i++)
		if (within_limits(a, g, &rule->steps[i], now_ns) &&
		    tcp_step(a, g, p, &rule->steps[i], &replies[count]))
			count++;
	return count;
}

static unsigned int answer_udp(struct answerer *a, struct group *g, const struct packet *p,
			       uint64_t now_ns, struct reply *replies)
{
	const struct rule *rule = &g->rules[g->udp[p->port_to]];
	struct step step;

	a->count.udp++;
	if (!rule->count)
		return 0;
	step = rule->steps[0];
	if (step.kind == STEP_OPEN) {
		reply_udp(replies, p);
		return 1;
	}
	if (step.kind == STEP_CLOSED)
		step = port_unreachable(p, STEP_ICMP);
	if (!is_error(&step) || !within_limits(a, g, &step, now_ns))
		return 0;
	write_error(replies, g, p, &step);
	return 1;
}

unsigned int answer(struct answerer *a, const struct packet *p, uint64_t now_ns,
		    struct reply ret_replies[static SPEC_STEPS])
{
	struct group *g;
	unsigned int count = 0;

	a->count.frames++;
	if (p->kind == KIND_OTHER)
		return 0;
	if (p->kind == KIND_DAMAGED) {
		a->count.damaged++;
		return 0;
	}
	g = spec_find(&a->spec, &p->to);
	if (!g || (p->ethernet && p->mac_from[0] & 1)) {
		a->count.not_ours++;
		return 0;
	}
	if (p->kind == KIND_TCP)
		count = answer_tcp(a, g, p, now_ns, ret_replies);
	else if (p->kind == KIND_UDP)
		count = answer_udp(a, g, p, now_ns, ret_replies);
	else if (p->kind == KIND_ECHO && g->echo)
		reply_echo(&ret_replies[count++], p);
	else if (p->kind == KIND_TIMESTAMP && g->timestamp)
		reply_timestamp(&ret_replies[count++], p);
	else if (p->kind == KIND_ARP_REQUEST && !g->no_neighbour)
		reply_arp(&ret_replies[count++], p);
	else if (p->kind == KIND_ND_SOLICIT && !g->no_neighbour)
		reply_nd(&ret_replies[count++], p);
	a->count.neighbour += p->kind == KIND_ARP_REQUEST || p->kind == KIND_ND_SOLICIT;
	a->count.echo += p->kind == KIND_ECHO;
	a->count.sent += count;
	return count;
}
