// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as a capture file. Everything the reader gives is touched, each packet
// is written again, and what was written must read back.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/pcapng_write.h"

/* Small packed inputs grow without bound: stop where nothing new can be learned. */
#define FRAMES_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was touched must be used, or the compiler drops the reading. */
static volatile uint64_t sum;

static void touch_bytes(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		sum += p[i];
}

static void touch_text(const char *text)
{
	for (; text && *text; text++)
		sum += (uint8_t)*text;
}

static void touch_options(struct pcapng_options walk)
{
	struct pcapng_option option;

	while (pcapng_option_next(&walk, &option))
		touch_bytes(option.value, option.len);
}

static void touch_inventory(const struct inventory *v)
{
	for (size_t i = 0; i < v->section_count; i++) {
		touch_text(v->sections[i].application);
		for (size_t n = 0; n < v->sections[i].comment_count; n++)
			touch_text(v->sections[i].comments[n]);
	}
	for (size_t i = 0; i < v->interface_count; i++) {
		const struct pcapng_interface *about = &v->interfaces[i].about;

		touch_text(about->name);
		touch_text(about->filter);
		touch_bytes(about->addresses, about->address_count * sizeof(about->addresses[0]));
	}
	for (size_t i = 0; i < v->name_count; i++)
		for (size_t n = 0; inventory_name(v, &v->names[i].address, n); n++)
			touch_text(inventory_name(v, &v->names[i].address, n));
	sum += inventory_totals(v).received;
}

static void touch_block(void *context, const struct pcapng_block *block)
{
	struct pcapng_writer *w = context;

	touch_bytes(block->bytes, block->len);
	touch_options(pcapng_block_options(block));
	if (pcapng_write_block(w, block->bytes, block->len) < 0)
		abort();
}

static int64_t read_all(struct capture *c, struct pcapng_writer *w)
{
	struct frame f;
	struct err err = {0};
	int64_t count = 0;
	int code = 0;

	while (count < FRAMES_MAX && (code = capture_next(c, &f, &err)) > 0) {
		const struct pcapng_block *block = capture_frame_block(c);

		if (f.captured_len > CAPTURE_FRAME_MAX)
			abort();
		touch_bytes(f.bytes, f.captured_len);
		touch_options(capture_frame_options(c, &f));
		if (w && block && pcapng_write_block(w, block->bytes, block->len) < 0)
			abort();
		count++;
	}
	if (code < 0 && (!capture_damage(c) || !err.text[0]))
		abort();
	touch_inventory(capture_inventory(c));
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct pcapng_writer *w = pcapng_writer_new(fd, NULL, NULL);
	const struct capture_options options = {.on_block = touch_block, .context = w};
	struct capture *c = NULL;
	struct err err = {0};
	int64_t count = 0, again = 0;

	if (!w)
		abort();
	if (capture_open_memory(data, size, &options, &c, &err) == 0) {
		count = read_all(c, w);
		if (capture_format(c) != CAPTURE_PCAPNG)
			count = 0;
		capture_free(c);
	} else if (!err.text[0]) {
		abort();
	}
	pcapng_writer_flush(w);
	pcapng_writer_free(w);
	if (count) {
		lseek(fd, 0, SEEK_SET);
		if (capture_open_fd(fd, "copy", NULL, &c, &err) < 0)
			abort();
		again = read_all(c, NULL);
		capture_free(c);
		if (again != count)
			abort();
	} else {
		close(fd);
	}
	return 0;
}
