// SPDX-License-Identifier: Apache-2.0
// Fuzz target: messages of several conversations between a client and two servers, so that a
// search reaches what one message means after others: memos of connections, announced transfers
// and calls, messages over several segments, and the second pass over a capture.
//
// The first byte: bit 0 two passes, of which the second takes each frame every way; else the high
// half chooses the one way. Then messages of at most MESSAGES_MAX: a byte with bit 7 TCP instead of
// UDP, bit 6 from the server, the rest the server's port; a byte with the client's port (high half),
// bit 3 IPv6, bit 2 the other server, bits 0 and 1 where it lies in the stream (enum place); a byte
// with flags (high half) and the high bits of the length, one with its low bits; the payload, or
// what is left.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "every_way.h"

#define MESSAGES_MAX 48
#define HEAD_LEN     4
#define FRAME_MAX    (ETHER_LEN + IPV6_LEN + TCP_LEN + 4096)
#define TCP_BIT      0x80
#define BACK_BIT     0x40
#define IPV6_BIT     0x08
#define OTHER_BIT    0x04
#define ETHER_LEN    14
#define IPV4_LEN     20
#define IPV6_LEN     40
#define UDP_LEN      8
#define TCP_LEN      20
#define CUT_LEN      7 /* bytes that the capture left out */
#define STREAMS      (64 * 16 * 4)

enum place {
	PLACE_NEXT,  /* goes on */
	PLACE_AGAIN, /* the last bytes once more */
	PLACE_GAP,   /* something was lost before it */
	PLACE_EARLY, /* what comes next belongs before it */
};

enum message_flag {
	MESSAGE_SYN = 0x80,
	MESSAGE_FIN = 0x40,
	MESSAGE_RST = 0x20,
	MESSAGE_CUT = 0x10, /* captured in part */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What tests/fuzz/make_talk_seeds.py reads too: well-known ones, then what seeds agree upon. */
static const uint16_t server_ports[64] = {
	21,    20,    25,    110,   143,   22,    80,    443,   8080,  8443,  4433,  53,    5353,
	5355,  5060,  69,    161,   162,   1812,  1813,  123,   137,   138,   139,   1900,  514,
	67,    546,   50000, 50001, 50002, 50003, 50004, 50005, 50006, 50007, 30000, 30001, 30002,
	30020, 30032, 30070, 30080, 30082, 30090, 31000, 40000, 7000,  587,   465,   993,   995,
	636,   853,   990,   5061,  554,   5004,  5005,  6000,  2055,  4789,  9999,  1024,
};
static const uint16_t client_ports[16] = {
	40000, 40001, 40002, 40003, 40004, 5060, 20000, 20001,
	20050, 20080, 53,    20,    68,    123,  49230, 65534,
};

/* One run: how far each side of each stream has come. */
struct talk {
	struct every_way *w;
	struct frame frame;
	uint32_t next[STREAMS][2];
};

static uint8_t *put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	return put16(put16(at, value >> 16), value);
}

/* The addresses are 192.0.2.N and 2001:db8::N. */
static uint8_t *put_address(uint8_t *at, bool ipv6, uint8_t host)
{
	static const uint8_t prefix4[3] = {192, 0, 2};
	static const uint8_t prefix6[15] = {0x20, 0x01, 0x0d, 0xb8};

	memcpy(at, ipv6 ? prefix6 : prefix4, ipv6 ? sizeof(prefix6) : sizeof(prefix4));
	at += ipv6 ? sizeof(prefix6) : sizeof(prefix4);
	*at = host;
	return at + 1;
}

/* Ethernet and IP in front of len bytes of this protocol. */
static uint8_t *put_network(uint8_t *at, const uint8_t head[static HEAD_LEN], uint8_t protocol,
			    uint32_t len)
{
	static const uint8_t ether[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
	static const uint8_t hosts[2] = {1, 20};
	uint8_t server = hosts[!!(head[1] & OTHER_BIT)];
	bool ipv6 = head[1] & IPV6_BIT, back = head[0] & BACK_BIT;

	memcpy(at, ether, sizeof(ether));
	at = put16(at + sizeof(ether), ipv6 ? 0x86dd : 0x0800);
	if (ipv6) {
		at = put16(put32(at, 0x60000000), len);
		at = put16(at, (uint32_t)protocol << 8 | 64);
	} else {
		at = put16(put16(at, 0x4500), IPV4_LEN + len);
		at = put32(put32(at, 0), 0x40000000 | (uint32_t)protocol << 16);
	}
	at = put_address(at, ipv6, back ? server : 10);
	return put_address(at, ipv6, back ? 10 : server);
}

/* Where in its stream this message begins; the stream goes on behind it unless it came early. */
static uint32_t sequence(uint32_t *next, unsigned place, uint32_t len)
{
	uint32_t at = *next;

	if (place == PLACE_AGAIN)
		return at - len;
	if (place == PLACE_EARLY)
		return at + len;
	if (place == PLACE_GAP)
		at += 100;
	*next = at + len;
	return at;
}

static uint8_t *put_tcp(struct talk *t, uint8_t *at, const uint8_t head[static HEAD_LEN],
			uint32_t len)
{
	size_t stream = (head[0] & 0x3fu) << 6 | (head[1] >> 4) << 2 | (head[1] >> 2 & 3);
	bool back = head[0] & BACK_BIT;
	uint32_t steps = len + !!(head[2] & (MESSAGE_SYN | MESSAGE_FIN));
	uint8_t flags = 0x10;

	flags |= head[2] & MESSAGE_SYN ? 0x02 : len ? 0x08 : 0;
	flags |= head[2] & MESSAGE_FIN ? 0x01 : 0;
	flags |= head[2] & MESSAGE_RST ? 0x04 : 0;
	at = put32(at, sequence(&t->next[stream][back], head[1] & 3, steps));
	at = put32(at, t->next[stream][!back]);
	return put32(put32(at, 0x50000000u | (uint32_t)flags << 16 | 1000), 0);
}

/* The message as a frame; its length. */
static uint32_t make_frame(struct talk *t, uint8_t *frame, const uint8_t head[static HEAD_LEN],
			   const uint8_t *payload, uint32_t len)
{
	bool tcp = head[0] & TCP_BIT, back = head[0] & BACK_BIT;
	uint16_t server = server_ports[head[0] & 0x3f], client = client_ports[head[1] >> 4];
	uint8_t *at = put_network(frame, head, tcp ? 6 : 17, (tcp ? TCP_LEN : UDP_LEN) + len);

	at = put16(put16(at, back ? server : client), back ? client : server);
	if (tcp)
		at = put_tcp(t, at, head, len);
	else
		at = put16(put16(at, UDP_LEN + len), 0);
	memcpy(at, payload, len);
	return (uint32_t)(at - frame) + len;
}

static void take(struct talk *t, const uint8_t head[static HEAD_LEN], const uint8_t *payload,
		 uint32_t len, int way)
{
	uint8_t bytes[FRAME_MAX];
	struct way_cost cost;
	uint8_t *own;

	t->frame.wire_len = make_frame(t, bytes, head, payload, len);
	t->frame.captured_len = t->frame.wire_len - (head[2] & MESSAGE_CUT ? CUT_LEN : 0);
	own = malloc(t->frame.captured_len); /* its own size: a step beyond it is seen */
	if (!own)
		abort();
	memcpy(own, bytes, t->frame.captured_len);
	t->frame.bytes = own;
	if (way < 0) {
		every_way_frame(t->w, &t->frame);
	} else {
		every_way_take(t->w, (enum way)way, &t->frame, &cost);
		every_way_check(t->w, (enum way)way);
	}
	free(own);
	t->frame.id++;
	t->frame.time += 1000000;
}

/* The whole capture, one way or (-1) every way. */
static void pass(struct talk *t, const uint8_t *data, size_t size, int way)
{
	size_t at = 0;

	memset(t->next, 0, sizeof(t->next));
	t->frame = (struct frame) {.id = 1, .link = LINK_ETHERNET, .time = 1};
	while (size - at >= HEAD_LEN && t->frame.id <= MESSAGES_MAX) {
		const uint8_t *head = data + at;
		size_t left = size - at - HEAD_LEN;
		uint32_t len = (head[2] & 0x0fu) << 8 | head[3];

		if (len > left)
			len = (uint32_t)left;
		take(t, head, head + HEAD_LEN, len, way);
		at += HEAD_LEN + len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk talk; /* making filters costs more than most inputs */

	if (size < 1)
		return 0;
	if (talk.w)
		every_way_renew(talk.w);
	else
		talk.w = every_way_new();
	if (data[0] & 1) {
		pass(&talk, data + 1, size - 1, WAY_LIST);
		every_way_rewind(talk.w);
		pass(&talk, data + 1, size - 1, -1);
	} else {
		pass(&talk, data + 1, size - 1, (data[0] >> 4) % WAYS);
	}
	return 0;
}
