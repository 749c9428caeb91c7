// SPDX-License-Identifier: Apache-2.0
// The two headers of a classic pcap file, for whoever writes one: least significant byte first.
//
// Source: draft-ietf-opsawg-pcap sections 4 and 5.
#include "capture/pcap_write.h"

#include "capture/pcapng.h"

#define MAGIC_USEC    0xa1b2c3d4u
#define MAGIC_NSEC    0xa1b23c4du
#define VERSION_MAJOR 2u
#define VERSION_MINOR 4u

static void put_u16(uint8_t *out, uint16_t value)
{
	out[0] = (uint8_t)value;
	out[1] = (uint8_t)(value >> 8);
}

static void put_u32(uint8_t *out, uint32_t value)
{
	put_u16(out, (uint16_t)value);
	put_u16(out + 2, (uint16_t)(value >> 16));
}

void pcap_put_file_head(uint8_t out[static PCAP_FILE_HEAD], enum link_type link, uint32_t snaplen,
			bool usec)
{
	put_u32(out, usec ? MAGIC_USEC : MAGIC_NSEC);
	put_u16(out + 4, VERSION_MAJOR);
	put_u16(out + 6, VERSION_MINOR);
	put_u32(out + 8, 0);
	put_u32(out + 12, 0);
	put_u32(out + 16, snaplen ? snaplen : CAPTURE_FRAME_MAX);
	put_u32(out + 20, (uint32_t)link);
}

void pcap_put_record_head(uint8_t out[static PCAP_RECORD_HEAD], const struct frame *frame,
			  bool usec)
{
	nsec_t time = frame->time < 0 ? 0 : frame->time;
	nsec_t seconds = time / NSEC_PER_SEC;
	uint32_t rest = (uint32_t)(time % NSEC_PER_SEC);

	put_u32(out, seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds);
	put_u32(out + 4, usec ? rest / (uint32_t)NSEC_PER_USEC : rest);
	put_u32(out + 8, frame->captured_len);
	put_u32(out + 12, frame->wire_len);
}
