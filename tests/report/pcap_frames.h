/* SPDX-License-Identifier: Apache-2.0 */
/* A classic pcap file as frames, for tests only: the program itself reads files in src/capture. */
#ifndef SONDE_TESTS_REPORT_PCAP_FRAMES_H
#define SONDE_TESTS_REPORT_PCAP_FRAMES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/frame.h"
#include "wire/addr.h"
#include "wire/cursor.h"

#define PCAP_FRAME_MAX (1u << 20)

struct pcap_frames {
	FILE *file;
	uint8_t *bytes;
	bool swapped; /* least byte first */
	bool nanoseconds;
	enum link_type link;
	uint64_t count;
};

static inline uint32_t pcap_u32(const struct pcap_frames *p, struct cursor *c)
{
	return p->swapped ? cursor_le32(c) : cursor_be32(c);
}

static inline void pcap_frames_close(struct pcap_frames *p)
{
	if (p->file)
		fclose(p->file);
	free(p->bytes);
}

static inline bool pcap_frames_open(struct pcap_frames *p, const char *path)
{
	uint8_t head[24];
	struct cursor c;
	uint32_t magic;

	*p = (struct pcap_frames) {.file = fopen(path, "rb"), .bytes = malloc(PCAP_FRAME_MAX)};
	if (!p->file || !p->bytes || fread(head, sizeof(head), 1, p->file) != 1)
		goto fail;
	c = cursor_init(head, sizeof(head), sizeof(head));
	magic = cursor_be32(&c);
	p->swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
	p->nanoseconds = magic == 0xa1b23c4d || magic == 0x4d3cb2a1;
	if (!p->swapped && magic != 0xa1b2c3d4 && magic != 0xa1b23c4d)
		goto fail;
	cursor_skip(&c, 16);
	p->link = (enum link_type)(pcap_u32(p, &c) & 0xffff);
	return true;
fail:
	pcap_frames_close(p);
	return false;
}

/* The next frame, whose bytes live until the next call; false at the end or at damage. */
static inline bool pcap_frames_next(struct pcap_frames *p, struct frame *ret_frame)
{
	uint8_t head[16];
	struct cursor c;
	struct frame f = {.link = p->link};

	if (fread(head, sizeof(head), 1, p->file) != 1)
		return false;
	c = cursor_init(head, sizeof(head), sizeof(head));
	f.time = pcap_u32(p, &c) * NSEC_PER_SEC;
	f.time += pcap_u32(p, &c) * (p->nanoseconds ? 1 : NSEC_PER_USEC);
	f.captured_len = pcap_u32(p, &c);
	f.wire_len = pcap_u32(p, &c);
	if (f.captured_len > PCAP_FRAME_MAX)
		return false;
	/* A buffer of the exact size, so that a checker sees a read beyond it. */
	free(p->bytes);
	p->bytes = malloc(f.captured_len ? f.captured_len : 1);
	if (!p->bytes || fread(p->bytes, 1, f.captured_len, p->file) != f.captured_len)
		return false;
	f.bytes = p->bytes;
	f.id = ++p->count;
	*ret_frame = f;
	return true;
}

#endif
