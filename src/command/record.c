// SPDX-License-Identifier: Apache-2.0
// The capture file that a scan leaves behind.
//
// Theory of operation. The file is opened before anything is sent and before privileges are given
// up. Interfaces are described when their first frame comes, since most of a machine's take no
// part. The last scan's file is made anew each time (an old one may still be open elsewhere), with
// the rights of the user behind sudo, and never through a symbolic link.
#include "command/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "capture/pcap_writer.h"
#include "command/output_file.h"
#include "command/state_file.h"

#define OS_MAX 256

struct record {
	struct pcapng_writer *writer; /* NULL: a pcap file */
	struct pcap_writer *pcap;     /* its writer, once the link type is known */
	int fd;
	char *path;
	char *filter;
	char os[OS_MAX];
	nsec_t started;
	nsec_t wall_offset;
	uint32_t snap_len;
	bool as_pcap;
	uint32_t *ifindexes; /* the kernel's index of each interface in the file */
	uint32_t interfaces;
};

static int write_header(struct record *r, const struct record_options *o)
{
	const char **comments = calloc(o->comment_count + 1, sizeof(*comments));
	struct utsname uts;
	struct pcapng_section section = {
		.os = r->os,
		.application = "sonde " SONDE_VERSION,
		.comments = comments,
	};

	if (comments) {
		comments[section.comment_count++] = o->command;
		for (size_t i = 0; i < o->comment_count; i++)
			comments[section.comment_count++] = o->comments[i];
	}
	if (!uname(&uts)) {
		strncat(r->os, uts.sysname, OS_MAX / 2 - 1);
		strncat(r->os, " ", 2);
		strncat(r->os, uts.release, OS_MAX / 2 - 2);
		section.hardware = uts.machine;
	}
	pcapng_write_section(r->writer, &section);
	free(comments);
	return pcapng_writer_flush(r->writer);
}

int record_open_on(const struct record_options *options, int fd, struct record **ret_record,
		   struct err *err)
{
	struct pcapng_writer_options wo = {.wall_offset = options->wall_offset,
					   .name = options->path};
	struct record *r = calloc(1, sizeof(*r));

	if (!r) {
		close(fd);
		return err_set(err, -ENOMEM, "there is no memory left for the capture file.");
	}
	r->fd = fd;
	r->started = options->started;
	r->wall_offset = options->wall_offset;
	r->snap_len = options->snap_len;
	r->as_pcap = options->as_pcap;
	r->path = strdup(options->path);
	if (r->path && !r->as_pcap)
		r->writer = pcapng_writer_new(fd, &wo, err);
	if (!r->path || (!r->as_pcap && !r->writer)) {
		record_close(r, NULL);
		return -ENOMEM;
	}
	if (r->writer)
		write_header(r, options); /* a full disk is told at the end: the scan goes on */
	*ret_record = r;
	return 0;
}

int record_open(const struct record_options *options, struct record **ret_record, struct err *err)
{
	struct record_options named = *options;
	struct buf path = {0};
	int fd, code;

	if (options->last) {
		code = state_create_capture(&path, &fd, err);
		named.path = buf_text(&path);
	} else {
		code = output_file_open(options->path, OUTPUT_NO_INPUT, &fd, err);
	}
	if (!code)
		code = record_open_on(&named, fd, ret_record, err);
	buf_done(&path);
	return code;
}

void record_set_filter(struct record *r, const char *filter)
{
	free(r->filter);
	r->filter = strdup(filter);
}

/* Adds an interface that the file does not describe yet; d may be NULL. Its number there. */
static uint32_t add_interface(struct record *r, uint32_t ifindex, enum link_type link,
			      const struct device *d)
{
	struct pcapng_interface about = {
		.link = link, .os = r->os, .filter = r->filter, .snaplen = r->snap_len};
	struct pcapng_address *addresses = NULL;
	uint32_t *grown = realloc(r->ifindexes, (r->interfaces + 1) * sizeof(*grown));
	uint32_t id = 0;

	if (!grown)
		return 0;
	r->ifindexes = grown;
	r->ifindexes[r->interfaces++] = ifindex;
	if (d) {
		about.name = d->name;
		memcpy(about.mac, d->mac, MAC_LEN);
		addresses = calloc(d->n_addrs + 1, sizeof(*addresses));
		for (size_t i = 0; addresses && i < d->n_addrs; i++)
			addresses[about.address_count++] =
				(struct pcapng_address) {d->addrs[i].addr, d->addrs[i].prefix};
		about.addresses = addresses;
	}
	pcapng_write_interface(r->writer, &about, &id);
	free(addresses);
	return r->interfaces - 1;
}

/* The number of this kernel index in the file; r->interfaces when it has none. */
static uint32_t number_of(const struct record *r, uint32_t ifindex)
{
	uint32_t i = 0;

	while (i < r->interfaces && r->ifindexes[i] != ifindex)
		i++;
	return i;
}

/* A pcap file begins with its link type. */
static void begin_pcap(struct record *r, enum link_type link)
{
	if (!r->pcap)
		r->pcap = pcap_writer_new(r->fd, r->path, link, r->snap_len, false, NULL);
}

void record_interface(struct record *r, const struct device *device)
{
	if (r->as_pcap) {
		begin_pcap(r, device->link);
		return;
	}
	if (number_of(r, device->index) == r->interfaces)
		add_interface(r, device->index, device->link, device);
}

void record_frame(struct record *r, const struct frame *frame, const char *comment,
		  const struct device_list *devices)
{
	struct frame copy = *frame;

	if (r->as_pcap) {
		begin_pcap(r, frame->link);
		copy.time += r->wall_offset;
		if (r->pcap)
			pcap_writer_frame(r->pcap, &copy);
		return;
	}
	copy.interface = number_of(r, frame->interface);
	if (copy.interface == r->interfaces)
		copy.interface = add_interface(r, frame->interface, frame->link,
					       device_by_index(devices, frame->interface));
	pcapng_write_frame(r->writer, &copy, &comment, *comment ? 1 : 0);
}

void record_name(struct record *r, const struct addr *addr, const char *name)
{
	const struct pcapng_name row = {.address = *addr, .names = &name, .name_count = 1};

	if (r->writer)
		pcapng_write_names(r->writer, &row, 1);
}

/* The ring counts all interfaces together, so the first one carries what was lost. */
static struct pcapng_counts counts_of(const struct record *r, uint32_t interface,
				      const struct ring_stats *stats, nsec_t now)
{
	return (struct pcapng_counts) {
		.time = now,
		.start = r->started,
		.end = NSEC_NEVER,
		.received = interface ? PCAPNG_UNKNOWN : stats->received,
		.dropped = PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.os_dropped = interface ? 0 : stats->dropped,
		.delivered = PCAPNG_UNKNOWN,
	};
}

void record_counts(struct record *r, const struct ring_stats *stats, nsec_t now, bool end)
{
	for (uint32_t i = 0; i < r->interfaces; i++) {
		struct pcapng_counts counts = counts_of(r, i, stats, now);

		if (end)
			counts.end = now;
		pcapng_write_counts(r->writer, i, &counts);
	}
}

void record_remark(struct record *r, const char *text, const struct ring_stats *stats, nsec_t now)
{
	struct pcapng_counts counts = counts_of(r, 0, stats, now);

	counts.comments = &text;
	counts.comment_count = 1;
	if (r->interfaces)
		pcapng_write_counts(r->writer, 0, &counts);
}

void record_interface_counts(struct record *r, uint32_t ifindex, const struct pcapng_counts *counts)
{
	uint32_t number = number_of(r, ifindex);

	if (number < r->interfaces)
		pcapng_write_counts(r->writer, number, counts);
}

struct pcapng_writer_status record_status(const struct record *r)
{
	struct pcapng_writer_status none = {0};

	if (r->writer)
		return pcapng_writer_status(r->writer);
	return r->pcap ? pcap_writer_status(r->pcap) : none;
}

uint64_t record_bytes(const struct record *r)
{
	struct pcapng_writer_status status = record_status(r);

	return status.stored_bytes + status.pending_bytes;
}

void record_flush(struct record *r)
{
	if (r->writer)
		pcapng_writer_flush(r->writer);
	if (r->pcap)
		pcap_writer_flush(r->pcap);
}

const char *record_path(const struct record *r)
{
	return r->path;
}

int record_close(struct record *r, struct err *err)
{
	int code = 0;

	if (!r)
		return 0;
	record_flush(r);
	if (r->writer)
		code = pcapng_writer_error(r->writer, err);
	else if (r->pcap)
		code = pcap_writer_error(r->pcap, err);
	pcapng_writer_free(r->writer);
	pcap_writer_free(r->pcap);
	if (r->fd >= 0 && close(r->fd) && !code)
		code = err_set(err, -errno, "\"%s\" could not be closed: %s; it may be incomplete.",
			       r->path, strerror(errno));
	free(r->ifindexes);
	free(r->filter);
	free(r->path);
	free(r);
	return code;
}
