// SPDX-License-Identifier: Apache-2.0
// Writes chosen frames of one capture into a new file, all else that it says kept.
//
// Theory of operation. From pcapng to pcapng every block is copied byte for byte: byte order, time
// resolution, options, comments and blocks nobody knows stay as they are, because interface numbers
// and section heads are copied with them. From pcap to pcapng the head is made from what the file
// says, in the resolution of its times. To pcap only frames go, all of the link type of the first, in
// nanoseconds unless the source is a pcap file of microseconds.
// The head of a pcap source is known only once its first bytes were read (a followed file may not
// have them yet), so the head is written with the first frame or at the end.
#include "capture/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pcap_writer.h"
#include "capture/pcapng_write.h"

#define NAME_SHOWN   200 /* bytes of a file's name in a sentence */
#define USEC_TSRESOL 6

struct copy {
	int fd;
	char *name;
	bool as_pcap;
	bool begun;                   /* the head of the file was given */
	struct pcapng_writer *writer; /* pcapng; NULL before the head, and for pcap */
	struct pcap_writer *pcap;     /* pcap; NULL before the head, and for pcapng */
	enum link_type link;          /* of a pcap file */
	uint64_t left_out;            /* blocks that ask not to be copied */
	int code;                     /* the first failure */
	struct err sentence;
};

struct copy *copy_new(int fd, const char *name, bool as_pcap, struct err *err)
{
	struct copy *c = calloc(1, sizeof(*c));

	if (!c)
		goto fail;
	c->fd = fd;
	c->as_pcap = as_pcap;
	c->name = strdup(name);
	if (!c->name)
		goto fail;
	return c;
fail:
	copy_free(c);
	err_set(err, -ENOMEM, "\"%.*s\" cannot be written: memory ran out.", NAME_SHOWN, name);
	return NULL;
}

void copy_free(struct copy *c)
{
	if (!c)
		return;
	pcapng_writer_free(c->writer);
	pcap_writer_free(c->pcap);
	free(c->name);
	free(c);
}

/* Keeps the first failure. */
static int keep(struct copy *c, int code)
{
	if (code >= 0 || c->code)
		return c->code;
	c->code = code;
	if (c->writer)
		pcapng_writer_error(c->writer, &c->sentence);
	else if (c->pcap)
		pcap_writer_error(c->pcap, &c->sentence);
	if (!*c->sentence.text)
		err_set(&c->sentence, code, "\"%.*s\" cannot be written on: %s.", NAME_SHOWN,
			c->name, strerror(-code));
	return code;
}

/*
 * True for a pcap file of microseconds. In pcapng each interface has a resolution of its own and
 * may be described behind the first frame, so that nanoseconds can always follow.
 */
static bool is_usec(const struct capture *from)
{
	const struct inventory *v = capture_inventory(from);

	return capture_format(from) == CAPTURE_PCAP && v->interface_count &&
	       v->interfaces[0].tsresol == USEC_TSRESOL;
}

/* A pcap file is of its first frame's link type. */
static int begin_pcap(struct copy *c, const struct capture *from, enum link_type link)
{
	const struct inventory *v = capture_inventory(from);
	uint32_t snaplen = v->interface_count == 1 ? v->interfaces[0].about.snaplen : 0;

	c->begun = true;
	c->link = link;
	c->pcap = pcap_writer_new(c->fd, c->name, link, snaplen, is_usec(from), &c->sentence);
	if (!c->pcap)
		c->code = -ENOMEM;
	return c->code;
}

static int begin_writer(struct copy *c, bool usec)
{
	struct pcapng_writer_options options = {.name = c->name, .usec = usec};

	c->begun = true;
	c->writer = pcapng_writer_new(c->fd, &options, &c->sentence);
	if (c->writer)
		return 0;
	c->code = -ENOMEM;
	return c->code;
}

/* Section and interface of a pcap file. */
static int begin_from_pcap(struct copy *c, const struct capture *from)
{
	static const struct pcapng_section section = {.application = "sonde"};
	const struct inventory *v = capture_inventory(from);
	uint32_t id;
	int code = begin_writer(c, is_usec(from));

	if (!code)
		code = pcapng_write_section(c->writer, &section);
	for (size_t i = 0; i < v->interface_count && !code; i++)
		code = pcapng_write_interface(c->writer, &v->interfaces[i].about, &id);
	return keep(c, code);
}

void copy_block(void *copy, const struct pcapng_block *block)
{
	struct copy *c = copy;

	if (c->as_pcap || c->code)
		return;
	if (block->type == PCAPNG_CUSTOM_NO_COPY) {
		c->left_out++;
		return;
	}
	if (c->begun || !begin_writer(c, false))
		keep(c, pcapng_write_block(c->writer, block->bytes, block->len));
}

static int frame_to_pcap(struct copy *c, const struct frame *frame)
{
	if (frame->link != c->link) {
		c->code = -EINVAL;
		return err_set(&c->sentence, c->code,
			       "\"%.*s\" cannot hold frame %llu: a pcap file has one link type, "
			       "and this is %d after %d; write pcapng.",
			       NAME_SHOWN, c->name, (unsigned long long)frame->id, (int)frame->link,
			       (int)c->link);
	}
	return pcap_writer_frame(c->pcap, frame);
}

/* What stands before the first frame of a source that has no blocks, or of a pcap file. */
static int begin(struct copy *c, const struct capture *from, enum link_type link)
{
	if (c->begun)
		return c->code;
	if (c->as_pcap)
		return begin_pcap(c, from, link);
	return begin_from_pcap(c, from);
}

int copy_frame(struct copy *c, const struct capture *from, const struct frame *frame)
{
	const struct pcapng_block *block = capture_frame_block(from);

	if (c->code || begin(c, from, frame->link))
		return c->code;
	if (c->as_pcap)
		keep(c, frame_to_pcap(c, frame));
	else if (block)
		keep(c, pcapng_write_block(c->writer, block->bytes, block->len));
	else
		keep(c, pcapng_write_frame(c->writer, frame, NULL, 0));
	return c->code;
}

int copy_flush(struct copy *c)
{
	if (c->pcap)
		return keep(c, pcap_writer_flush(c->pcap));
	return c->writer ? keep(c, pcapng_writer_flush(c->writer)) : c->code;
}

int copy_finish(struct copy *c, const struct capture *from)
{
	const struct inventory *v = capture_inventory(from);

	if (!c->begun && v->interface_count && begin(c, from, v->interfaces[0].about.link))
		return c->code;
	return copy_flush(c);
}

uint64_t copy_left_out(const struct copy *c)
{
	return c->left_out;
}

int copy_error(const struct copy *c, struct err *err)
{
	if (c->code)
		err_set(err, c->code, "%s", c->sentence.text);
	return c->code;
}
