// SPDX-License-Identifier: Apache-2.0
// Colours of the list by Wireshark's default colouring rules.
//
// Theory of operation: each rule is a display filter, compiled once; the first that matches a frame
// gives its colours. A rule whose fields are not known here is left out. The colours are those that
// Wireshark 4.0 ships; a terminal that knows fewer gets the nearest it has.
#include "report/colour.h"

#include <stdlib.h>
#include <string.h>

#include "packet/dfilter.h"

/* Of shades on a scale of 255, for terminals of 16 colours. */
#define DARK   64
#define BRIGHT 192
#define GREY   16 /* parts that differ less have no hue */

struct shade {
	uint8_t red, green, blue;
};

/* As 0xRRGGBB: numbers, since clang takes no struct for a constant initializer. */
enum {
	NIGHT = 0x12272e,
	ROSE = 0xf78787,
	YELLOW = 0xfffc9c,
	RED = 0xa40000,
};

/* In the order they are asked; names and colours as Wireshark's window shows them. */
static const struct rule {
	const char *name;
	const char *filter;
	uint32_t back, front; /* 0xRRGGBB */
} rules[] = {
	{"Bad TCP",
	 "tcp.analysis.flags && !tcp.analysis.window_update && !tcp.analysis.keep_alive && "
	 "!tcp.analysis.keep_alive_ack",
	 NIGHT, ROSE},
	{"Spanning Tree Topology  Change", "stp.type == 0x80", NIGHT, YELLOW},
	{"OSPF State Change", "ospf.msg != 1", NIGHT, YELLOW},
	{"ICMP errors", "icmp.type in {3..5, 11} || icmpv6.type in {1..4}", NIGHT, 0xb7f774},
	{"ARP", "arp", 0xfaf0d7, NIGHT},
	{"ICMP", "icmp || icmpv6", 0xfce0ff, NIGHT},
	{"TCP RST", "tcp.flags.reset == 1", RED, YELLOW},
	{"SCTP ABORT", "sctp.chunk_type == 6", RED, YELLOW},
	{"TTL low or unexpected",
	 "(ip.dst != 224.0.0.0/4 && ip.ttl < 5 && !ospf) || (ip.dst == 224.0.0.0/24 && "
	 "ip.dst != 224.0.0.251 && ip.ttl != 1 && !vrrp)",
	 RED, 0xecf0eb},
	{"Checksum Errors",
	 "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || "
	 "sctp.checksum.status == 0 || cdp.checksum.status == 0",
	 NIGHT, ROSE},
	{"SMB", "nbss || nbns", 0xfeffd0, NIGHT},
	{"HTTP", "http || tcp.port == 80", 0xe4ffc7, NIGHT},
	{"Routing", "ospf || cdp || vrrp || igmp", 0xfff3d6, NIGHT},
	{"TCP SYN/FIN", "tcp.flags & 0x02 || tcp.flags.fin == 1", 0xa0a0a0, NIGHT},
	{"TCP", "tcp", 0xe7e6ff, NIGHT},
	{"UDP", "udp", 0xdaeeff, NIGHT},
	{"Broadcast", "eth[0] & 1", 0xffffff, 0xbabdb6},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

struct colours {
	enum colour_depth depth;
	struct dfilter *filters[RULES]; /* NULL: left out */
	uint64_t wanted[TREE_FIELDS_MAX / 64];
};

enum colour_depth colour_depth_of(const char *colorterm, const char *term)
{
	if (colorterm && (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit")))
		return COLOUR_TRUE;
	if (term && strstr(term, "256color"))
		return COLOUR_256;
	return COLOUR_16;
}

struct colours *colours_new(enum colour_depth depth)
{
	struct colours *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->depth = depth;
	for (size_t i = 0; i < RULES; i++) {
		struct dfilter_error error;
		const uint64_t *bits;

		if (dfilter_compile(rules[i].filter, strlen(rules[i].filter), &c->filters[i],
				    &error))
			continue;
		bits = dfilter_wanted(c->filters[i]);
		for (size_t w = 0; w < TREE_FIELDS_MAX / 64; w++)
			c->wanted[w] |= bits[w];
	}
	return c;
}

void colours_free(struct colours *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < RULES; i++)
		dfilter_free(c->filters[i]);
	free(c);
}

const uint64_t *colours_wanted(const struct colours *c)
{
	return c->wanted;
}

unsigned colours_count(void)
{
	return RULES;
}

const char *colours_name(const struct colours *c, unsigned at)
{
	return c->filters[at] ? rules[at].name : NULL;
}

static const struct rule *find(struct colours *c, const struct dissect *d)
{
	for (size_t i = 0; i < RULES; i++)
		if (c->filters[i] && dfilter_matches(c->filters[i], d))
			return &rules[i];
	return NULL;
}

static struct shade shade_of(uint32_t rgb)
{
	return (struct shade) {(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb};
}

/* The nearest of the 6 x 6 x 6 cube that begins at number 16 of xterm's 256 colours. */
static unsigned cube(struct shade s)
{
	static const uint8_t steps[] = {0, 95, 135, 175, 215, 255};
	const uint8_t parts[] = {s.red, s.green, s.blue};
	unsigned number = 0;

	for (size_t i = 0; i < 3; i++) {
		unsigned best = 0;

		for (unsigned k = 1; k < sizeof(steps); k++)
			if (abs(parts[i] - steps[k]) < abs(parts[i] - steps[best]))
				best = k;
		number = 6 * number + best;
	}
	return 16 + number;
}

/*
 * One of the 16 (8 and their bright kin) by hue: a part is on above the middle of the three, so
 * that pale shades, which are most of Wireshark's, stay apart. Greys are black or white.
 */
static unsigned sixteen(struct shade s)
{
	unsigned top = s.red > s.green ? s.red : s.green;
	unsigned least = s.red < s.green ? s.red : s.green;
	unsigned middle, number;

	top = s.blue > top ? s.blue : top;
	least = s.blue < least ? s.blue : least;
	if (top < DARK)
		return 0;
	middle = top - least < GREY ? 0 : (top + least) / 2;
	number = (s.red > middle) | (s.green > middle) << 1 | (s.blue > middle) << 2;
	return top > BRIGHT ? number + 8 : number;
}

static void put(struct buf *out, enum colour_depth depth, struct shade s, bool back)
{
	unsigned number;

	switch (depth) {
	case COLOUR_TRUE:
		buf_printf(out, "\033[%d;2;%u;%u;%um", back ? 48 : 38, s.red, s.green, s.blue);
		break;
	case COLOUR_256:
		buf_printf(out, "\033[%d;5;%um", back ? 48 : 38, cube(s));
		break;
	case COLOUR_16:
		number = sixteen(s);
		buf_printf(out, "\033[%um",
			   (back ? 40 : 30) + (number < 8 ? number : number - 8 + 60));
		break;
	}
}

bool colours_begin(struct buf *out, struct colours *c, const struct dissect *d)
{
	const struct rule *rule = find(c, d);

	if (!rule)
		return false;
	put(out, c->depth, shade_of(rule->front), false);
	put(out, c->depth, shade_of(rule->back), true);
	return true;
}

void colours_end(struct buf *out)
{
	buf_puts(out, "\033[0m");
}
