// SPDX-License-Identifier: Apache-2.0
// The classic BPF program that lets only the scan's own kind of traffic into the ring.
//
// Theory of operation
//
// The program asks the kernel for the protocol of the packet (SKF_AD_PROTOCOL) and reads the rest
// relative to its network header (SKF_NET_OFF), so it never needs to know the link header. Jumps to
// ACCEPT and DROP are written with marker offsets while the program grows and turned into real
// distances at the end. Where the kernel pushed a VLAN tag back into an outgoing frame, the
// protocol is that of the tag, but the network header is still the IP header: there the version
// nibble tells.
#include "net/filter.h"

#include <assert.h>
#include <net/ethernet.h>
#include <netinet/in.h>

/* Marker distances; real ones stay below FILTER_CODE_MAX. */
#define NEXT   0
#define ACCEPT 0xfe
#define DROP   0xfd

#define NET(offset) ((uint32_t)(SKF_NET_OFF + (offset)))

/* IPv6 next headers that can stand before the transport header (RFC 7045 s. 4). */
static const uint8_t extension_headers[] = {0, 43, 44, 51, 60, 135, 139, 140};

struct program {
	struct sock_filter *code;
	size_t len;
};

static void emit(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	assert(p->len < FILTER_CODE_MAX);
	p->code[p->len++] = (struct sock_filter) {.code = code, .jt = yes, .jf = no, .k = k};
}

/* Accepts when the accumulator equals value; otherwise goes on. */
static void accept_if(struct program *p, uint32_t value)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, value, ACCEPT, NEXT);
}

/* The accumulator holds a port: accepts it inside the window. */
static void accept_window(struct program *p, const struct filter *f)
{
	emit(p, BPF_JMP | BPF_JGE | BPF_K, f->port_low, NEXT, 1);
	emit(p, BPF_JMP | BPF_JGT | BPF_K, f->port_high, NEXT, ACCEPT);
}

/*
 * X is the offset of the transport header from the network header. Looks at both ports and ends the
 * program.
 */
static void emit_ports(struct program *p, const struct filter *f)
{
	for (int port = 0; port < 2; port++) {
		emit(p, BPF_LD | BPF_H | BPF_IND, NET(2 * port), NEXT, NEXT);
		accept_window(p, f);
		for (size_t i = 0; i < f->n_dns_ports; i++)
			accept_if(p, f->dns_ports[i]);
	}
	emit(p, BPF_RET | BPF_K, 0, NEXT, NEXT);
}

/* The accumulator holds the protocol number and X the header length. Ends the program. */
static void emit_transport(struct program *p, const struct filter *f)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 1, NEXT);
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, NEXT, DROP);
	emit_ports(p, f);
}

static void emit_ipv4(struct program *p, const struct filter *f)
{
	emit(p, BPF_LD | BPF_H | BPF_ABS, NET(6), NEXT, NEXT);
	/* More fragments, or an offset (RFC 791 s. 3.1). */
	emit(p, BPF_JMP | BPF_JSET | BPF_K, 0x3fff, ACCEPT, NEXT);
	emit(p, BPF_LD | BPF_B | BPF_ABS, NET(0), NEXT, NEXT);
	emit(p, BPF_ALU | BPF_AND | BPF_K, 0x0f, NEXT, NEXT);
	emit(p, BPF_ALU | BPF_LSH | BPF_K, 2, NEXT, NEXT);
	emit(p, BPF_MISC | BPF_TAX, 0, NEXT, NEXT);
	emit(p, BPF_LD | BPF_B | BPF_ABS, NET(9), NEXT, NEXT);
	accept_if(p, IPPROTO_ICMP);
	emit_transport(p, f);
}

static void emit_ipv6(struct program *p, const struct filter *f)
{
	emit(p, BPF_LDX | BPF_IMM, 40, NEXT, NEXT);
	emit(p, BPF_LD | BPF_B | BPF_ABS, NET(6), NEXT, NEXT);
	accept_if(p, IPPROTO_ICMPV6);
	for (size_t i = 0; i < sizeof(extension_headers); i++)
		accept_if(p, extension_headers[i]);
	emit_transport(p, f);
}

/* Sends the accumulator's value `is` to where the caller patches; returns that instruction. */
static size_t branch(struct program *p, uint32_t is)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, is, NEXT, NEXT);
	return p->len - 1;
}

static void land(struct program *p, size_t from)
{
	p->code[from].jt = (uint8_t)(p->len - from - 1);
}

/* Ends the program with its two results and turns the markers into distances. */
static void finish(struct program *p)
{
	size_t drop = p->len, accept = p->len + 1;

	emit(p, BPF_RET | BPF_K, 0, NEXT, NEXT);
	emit(p, BPF_RET | BPF_K, UINT32_MAX, NEXT, NEXT);
	for (size_t i = 0; i < drop; i++) {
		uint8_t *jumps[2] = {&p->code[i].jt, &p->code[i].jf};

		for (int k = 0; k < 2; k++) {
			if (*jumps[k] == ACCEPT)
				*jumps[k] = (uint8_t)(accept - i - 1);
			else if (*jumps[k] == DROP)
				*jumps[k] = (uint8_t)(drop - i - 1);
		}
	}
}

size_t filter_build(const struct filter *f, struct sock_filter code[static FILTER_CODE_MAX])
{
	struct program p = {.code = code};
	size_t to_v4, to_v6, tagged_v4, tagged_v6;

	assert(f->n_dns_ports <= FILTER_DNS_PORTS_MAX);
	emit(&p, BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL), NEXT, NEXT);
	accept_if(&p, ETHERTYPE_ARP);
	to_v4 = branch(&p, ETHERTYPE_IP);
	to_v6 = branch(&p, ETHERTYPE_IPV6);
	emit(&p, BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_VLAN, 1, NEXT);
	emit(&p, BPF_JMP | BPF_JEQ | BPF_K, 0x88a8, NEXT, DROP); /* IEEE 802.1ad */
	emit(&p, BPF_LD | BPF_B | BPF_ABS, NET(0), NEXT, NEXT);
	emit(&p, BPF_ALU | BPF_RSH | BPF_K, 4, NEXT, NEXT);
	tagged_v4 = branch(&p, 4);
	tagged_v6 = branch(&p, 6);
	emit(&p, BPF_RET | BPF_K, UINT32_MAX, NEXT, NEXT); /* tagged ARP begins with 0x0001 */
	land(&p, to_v4);
	land(&p, tagged_v4);
	emit_ipv4(&p, f);
	land(&p, to_v6);
	land(&p, tagged_v6);
	emit_ipv6(&p, f);
	finish(&p);
	return p.len;
}

void filter_text(const struct filter *filter, struct buf *out)
{
	buf_puts(out, "arp or icmp or icmp6 or ip[6:2] & 0x3fff != 0");
	for (size_t i = 0; i < sizeof(extension_headers); i++)
		buf_printf(out, " or ip6[6] == %u", extension_headers[i]);
	buf_printf(out, " or tcp portrange %u-%u or udp portrange %u-%u", filter->port_low,
		   filter->port_high, filter->port_low, filter->port_high);
	for (size_t i = 0; i < filter->n_dns_ports; i++)
		buf_printf(out, " or tcp port %u or udp port %u", filter->dns_ports[i],
			   filter->dns_ports[i]);
}
