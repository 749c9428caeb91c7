// SPDX-License-Identifier: Apache-2.0
// Writes one pcapng file with everything the writer can say, for tshark and capinfos to judge.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/pcapng_write.h"

#define START (1700000000 * NSEC_PER_SEC)

/* An Ethernet frame with an IPv4 ICMP echo request, checksums right. */
static const uint8_t ping[] = {
	0x02, 0x00, 0x5e, 0x10, 0x00, 0x14, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x15, 0x08, 0x00,
	0x45, 0x00, 0x00, 0x1c, 0x00, 0x01, 0x00, 0x00, 0x40, 0x01, 0xf6, 0xd4, 0xc0, 0x00,
	0x02, 0x07, 0xc0, 0x00, 0x02, 0x01, 0x08, 0x00, 0xf7, 0xfd, 0x00, 0x01, 0x00, 0x01,
};

static void write_head(struct pcapng_writer *w)
{
	static const char *const comments[] = {"sonde scan -p 22 192.0.2.1", "caf\xc3\xa9 \xff"};
	struct pcapng_address addresses[] = {{.prefix = 24}, {.prefix = 64}};
	struct pcapng_interface interface = {
		.name = "eth0",
		.description = "to the lab",
		.filter = "icmp or tcp",
		.os = "Linux 6.1",
		.hardware = "virtual card",
		.comments = comments,
		.comment_count = 1,
		.addresses = addresses,
		.address_count = 2,
		.mac = {0x02, 0x00, 0x5e, 0x10, 0x00, 0x15},
		.speed = 1000000000,
		.snaplen = 262144,
		.link = LINK_ETHERNET,
	};
	uint32_t id;

	addr_parse("192.0.2.7", &addresses[0].address);
	addr_parse("2001:db8::7", &addresses[1].address);
	pcapng_write_section(w, &(struct pcapng_section) {
					.hardware = "x86-64",
					.os = "Debian 12",
					.application = "sonde test",
					.comments = comments,
					.comment_count = 2,
				});
	pcapng_write_interface(w, &interface, &id);
	pcapng_write_interface(w, &(struct pcapng_interface) {.name = "tun0", .link = LINK_RAW},
			       &id);
}

static void write_frames(struct pcapng_writer *w)
{
	static const char *const probe[] = {"probe: echo to 192.0.2.1, try 1", "second line"};
	static const char *const odd[] = {"escape \033[2J caf\xc3\xa9\nnext line"};
	static char longest[65536 + 100];
	const char *const cut[] = {longest};
	struct frame f = {.bytes = ping, .captured_len = sizeof(ping), .wire_len = sizeof(ping)};

	f.time = 1;
	f.direction = FRAME_SENT;
	f.checksum_not_ready = true;
	pcapng_write_frame(w, &f, probe, 2);
	f.time = NSEC_PER_SEC - 1;
	f.direction = FRAME_RECEIVED;
	f.checksum_not_ready = false;
	f.wire_len = 1500;
	pcapng_write_frame(w, &f, odd, 1);
	memset(longest, 'l', sizeof(longest) - 1);
	pcapng_write_frame(w, &f, cut, 1);
	f.interface = 1;
	f.direction = FRAME_UNKNOWN;
	f.bytes = ping + 14;
	f.captured_len = sizeof(ping) - 14;
	f.wire_len = sizeof(ping) - 14;
	pcapng_write_frame(w, &f, NULL, 0);
}

static void write_tail(struct pcapng_writer *w)
{
	static const char *const v4[] = {"scanme.lab", "www.scanme.lab"};
	static const char *const v6[] = {"six.lab"};
	struct pcapng_name names[] = {{.names = v4, .name_count = 2},
				      {.names = v6, .name_count = 1}};
	struct pcapng_counts counts = {
		.time = NSEC_PER_SEC,
		.start = 0,
		.end = 2 * NSEC_PER_SEC,
		.received = 5,
		.dropped = 2,
		.accepted = 4,
		.os_dropped = 1,
		.delivered = 3,
	};

	addr_parse("192.0.2.1", &names[0].address);
	addr_parse("2001:db8::1", &names[1].address);
	pcapng_write_names(w, names, 2);
	pcapng_write_counts(w, 0, &counts);
	counts.received = PCAPNG_UNKNOWN;
	counts.end = NSEC_NEVER;
	pcapng_write_counts(w, 1, &counts);
}

int main(int argc, char **argv)
{
	const struct pcapng_writer_options options = {.name = argv[argc - 1], .wall_offset = START};
	struct pcapng_writer *w;
	struct err err = {0};
	int code = -1;
	int fd;

	if (argc != 2) {
		fputs("Usage: write_sample FILE\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	w = fd >= 0 ? pcapng_writer_new(fd, &options, &err) : NULL;
	if (w) {
		write_head(w);
		write_frames(w);
		write_tail(w);
		code = pcapng_writer_flush(w);
		pcapng_writer_error(w, &err);
	}
	if (code < 0)
		fprintf(stderr, "%s\n", err.text);
	pcapng_writer_free(w);
	close(fd);
	return code < 0;
}
