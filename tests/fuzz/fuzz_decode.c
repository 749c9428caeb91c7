// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as a frame of any link type, through decode, checksum, summary and trace.
//
// The first byte picks the link type (low four bits) and how much of the frame was cut off by the
// capture (high four bits, in units of 16 bytes). The rest is the frame.
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "packet/decode.h"
#include "packet/summary.h"
#include "report/trace.h"

#define CUT_UNIT 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint32_t links[] = {
	LINK_ETHERNET,  LINK_RAW,        LINK_IPV4, LINK_IPV6, LINK_NULL, LINK_LOOP,
	LINK_LINUX_SLL, LINK_LINUX_SLL2, 147,       65535,     LINK_PPP,  LINK_PPP_SERIAL,
};

/* Nothing in text would be escaped: it is printable ASCII or well-formed printable UTF-8. */
static void assert_clean(const char *text, size_t len)
{
	size_t size = 4 * len + 1;
	char *escaped = malloc(size);

	if (!escaped)
		abort();
	assert(text_escape_bytes(escaped, size, text, len) == len);
	assert(memcmp(escaped, text, len) == 0);
	free(escaped);
}

/* Offsets and lengths stay within what was sent, for those who build on them. */
static void assert_inside(const struct frame *frame, const struct ip_packet *ip)
{
	assert(ip->network_at <= ip->transport_at);
	assert(ip->transport_at <= ip->data_at);
	assert(ip->data_at <= frame->wire_len);
	assert(ip->data_len <= frame->wire_len - ip->data_at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = {.id = 1};
	struct packet packet;
	struct buf out = {0};

	if (size < 1)
		return 0;
	frame.link = (enum link_type)links[(data[0] & 0x0f) % (sizeof(links) / sizeof(links[0]))];
	frame.bytes = data + 1;
	frame.captured_len = (uint32_t)size - 1;
	frame.wire_len = frame.captured_len + (uint32_t)(data[0] >> 4) * CUT_UNIT;
	packet_decode(&frame, &packet);
	packet_checksum(&frame, &packet);
	if (packet.ip.network != NETWORK_NONE)
		assert_inside(&frame, &packet.ip);
	if (packet.has_quote)
		assert_inside(&frame, &packet.quote);
	summary_info(&out, &frame, &packet);
	assert(summary_protocol(&packet)[0] != '\0');
	assert_clean(buf_text(&out), out.len);
	buf_clear(&out);
	trace_line(&out, &frame, data[0] & 1, 123456789);
	assert(out.len > 0 && out.data[out.len - 1] == '\n');
	assert_clean(buf_text(&out), out.len - 1);
	buf_done(&out);
	return 0;
}
