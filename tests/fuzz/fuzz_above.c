// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as what a protocol above TCP or UDP carries, every way there is for a
// frame, so that a search need not find headers and ports first.
//
// The first byte: bit 7 TCP instead of UDP, bit 6 from the port instead of to it, the rest the
// port in the table below (0: DNS). Then payloads, each behind two bytes of length (0, or one
// that is not there: all the rest), as frames of one conversation.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "every_way.h"

#define FRAMES_MAX  32
#define PAYLOAD_MAX 65000
#define TCP_BIT     0x80
#define BACK_BIT    0x40
#define IP_AT       14
#define ABOVE_AT    34
#define UDP_LEN     8
#define TCP_LEN     20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t ports[] = {
	53,  5353, 5355, 67,   68,  123, 69,  514, 1812, 4789, 80,  443,  22,   5060, 21,   25,
	110, 143,  5004, 5005, 161, 162, 137, 138, 139,  546,  547, 1900, 8080, 3784, 2055, 9999,
};

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Ethernet, IPv4 and TCP or UDP in front of len bytes; the frame's length. */
static uint32_t make_frame(uint8_t *frame, uint8_t kind, uint32_t seq, uint32_t len)
{
	static const uint8_t head[ABOVE_AT] = {2, 0, 0,    0, 0, 2, 2,   0, 0, 0, 0,  1,
					       8, 0, 0x45, 0, 0, 0, 0,   1, 0, 0, 64, 0,
					       0, 0, 192,  0, 2, 1, 192, 0, 2, 2};
	uint16_t port = ports[(kind & 0x3f) % (sizeof(ports) / sizeof(ports[0]))];
	uint32_t above = kind & TCP_BIT ? TCP_LEN : UDP_LEN;
	uint8_t *p = frame + ABOVE_AT;

	memcpy(frame, head, sizeof(head));
	put16(frame + IP_AT + 2, 20 + above + len);
	frame[IP_AT + 9] = kind & TCP_BIT ? 6 : 17;
	memset(p, 0, above);
	put16(p, kind & BACK_BIT ? port : 40000);
	put16(p + 2, kind & BACK_BIT ? 40000 : port);
	if (kind & TCP_BIT) {
		put16(p + 4, seq >> 16);
		put16(p + 6, seq);
		p[12] = 0x50;
		p[13] = 0x18;
	} else {
		put16(p + 4, UDP_LEN + len);
	}
	return ABOVE_AT + above + len;
}

static void take(struct every_way *w, struct frame *frame, uint8_t kind, const uint8_t *payload,
		 uint32_t len)
{
	uint8_t *bytes = malloc(ABOVE_AT + TCP_LEN + len);
	uint8_t *own;

	if (!bytes)
		abort();
	frame->captured_len = make_frame(bytes, kind, (uint32_t)frame->time, len);
	memcpy(bytes + frame->captured_len - len, payload, len);
	own = realloc(bytes, frame->captured_len);
	if (!own)
		abort();
	frame->bytes = own;
	frame->wire_len = frame->captured_len;
	every_way_frame(w, frame);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = {.id = 1, .link = LINK_ETHERNET, .time = 1};
	static struct every_way *w; /* making filters costs more than most inputs */
	size_t at = 1;

	if (size < 1)
		return 0;
	if (w)
		every_way_renew(w);
	else
		w = every_way_new();
	while (size - at >= 2 && frame.id <= FRAMES_MAX) {
		size_t left = size - at - 2;
		size_t len = (size_t)data[at] << 8 | data[at + 1];

		if (!len || len > left)
			len = left;
		if (len > PAYLOAD_MAX)
			len = PAYLOAD_MAX;
		take(w, &frame, data[0], data + at + 2, (uint32_t)len);
		at += 2 + len;
		frame.id++;
		frame.time += (nsec_t)len; /* also the sequence number: one after the other */
	}
	return 0;
}
