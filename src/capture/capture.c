// SPDX-License-Identifier: Apache-2.0
// Opens any capture file and gives its frames one by one.
//
// Theory of operation: a capture goes through three stages. PACKED: its first bytes tell whether
// it must be unpacked. MAGIC: the next ones tell pcap from pcapng. READY: the reader of that
// format gives frames. A followed file may stay in the first stages over several calls, until
// enough of it was written. The first failure is kept, made into one sentence, and given again at
// every later call.
#include "capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/pcap_read.h"

#define NAME_SHOWN   160 /* bytes of a file's name in a sentence */
#define CLAUSE_SHOWN 220 /* and of what the reader said */

enum stage {
	STAGE_PACKED,
	STAGE_MAGIC,
	STAGE_READY,
};

struct capture {
	char *name;
	struct capture_options options;
	enum stage stage;
	enum capture_format format;
	enum source_packing packing;
	struct source source;
	struct inventory inventory;
	struct pcap_reader pcap;
	struct pcapng_reader pcapng;
	uint64_t frames;
	bool damaged;
	struct capture_damage damage;
	struct err sentence;
};

/* What is good of the file, for the end of a sentence. */
static void say_good(uint64_t frames, char *out, size_t size)
{
	if (frames == 0)
		snprintf(out, size, "no frame comes before it");
	else if (frames == 1)
		snprintf(out, size, "the one frame before it is good");
	else
		snprintf(out, size, "the %llu frames before it are good",
			 (unsigned long long)frames);
}

/* Keeps the failure that the reader put into clause as this capture's sentence. */
static int keep_damage(struct capture *c, int code, const struct err *clause)
{
	bool cut = code == -EBADMSG && c->source.state == SOURCE_END;
	const char *what = code != -EBADMSG ? "not readable" : cut ? "cut short" : "damaged";
	const char *where = c->packing == SOURCE_PLAIN ? "" : " of its unpacked data";
	char good[64];

	c->damaged = true;
	c->damage = (struct capture_damage) {
		.code = code,
		.offset = source_offset(&c->source),
		.sentence = c->sentence.text,
	};
	say_good(c->frames, good, sizeof(good));
	err_set(&c->sentence, code,
		"\"%.*s\" is %s at byte %llu%s: %.*s; %s; for the rest get a whole copy.",
		NAME_SHOWN, c->name, what, (unsigned long long)c->damage.offset, where,
		CLAUSE_SHOWN, clause->text, good);
	return code;
}

/* What others pack captures with, and how to read them all the same. */
static const struct {
	uint8_t magic[3];
	const char *unpack;
} packers[] = {
	{{'B', 'Z', 'h'}, "bzip2 -dc"},
	{{0xfd, '7', 'z'}, "xz -dc"},
	{{0x04, 0x22, 0x4d}, "lz4 -dc"},
	{{'P', 'K', 0x03}, "unzip -p"},
};

/* What the file's first bytes say when they say nothing we know. */
static int refuse(const struct capture *c, struct err *err)
{
	const uint8_t *b = c->source.window + c->source.at;

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (!memcmp(b, packers[i].magic, sizeof(packers[i].magic)))
			return err_set(
				err, -EINVAL,
				"\"%.*s\" is packed in a way that is not read here; unpack it "
				"on the way, as in \"%s FILE | sonde read -\".",
				NAME_SHOWN, c->name, packers[i].unpack);
	return err_set(err, -EINVAL,
		       "\"%.*s\" is no capture file: it begins with the bytes %02x %02x %02x %02x; "
		       "give a pcap or pcapng file, plain or packed with gzip or zstd.",
		       NAME_SHOWN, c->name, b[0], b[1], b[2], b[3]);
}

/* Why not even four bytes are there. */
static int refuse_short(const struct capture *c, struct err *err)
{
	struct err clause = {0};
	int code = source_starved(&c->source, "its first bytes", &clause);

	if (code == -EAGAIN)
		return code;
	if (c->source.state == SOURCE_FAILED)
		return err_set(err, code, "\"%.*s\" cannot be read: %.*s; check the file.",
			       NAME_SHOWN, c->name, CLAUSE_SHOWN, clause.text);
	if (!source_held(&c->source))
		return err_set(err, -ENODATA,
			       "\"%.*s\" is empty: nothing was captured into it, or its writer "
			       "was stopped before it wrote anything.",
			       NAME_SHOWN, c->name);
	return err_set(err, -EINVAL,
		       "\"%.*s\" is no capture file: it holds only %zu bytes; give a pcap or "
		       "pcapng file.",
		       NAME_SHOWN, c->name, source_held(&c->source));
}

/* Begins reading in the format whose magic number the next bytes are. */
static int choose_format(struct capture *c, const uint8_t *head, struct err *err)
{
	static const uint8_t shb[4] = {0x0a, 0x0d, 0x0d, 0x0a};
	struct err clause = {0};
	int code = 0;

	if (memcmp(head, shb, sizeof(shb)) == 0) {
		c->format = CAPTURE_PCAPNG;
		pcapng_reader_init(&c->pcapng, &c->source, &c->inventory, c->options.on_block,
				   c->options.context);
	} else if (pcap_is_magic(head)) {
		c->format = CAPTURE_PCAP;
		code = pcap_reader_init(&c->pcap, &c->source, &c->inventory, &clause);
	} else {
		return refuse(c, err);
	}
	if (code == -EAGAIN)
		return code;
	c->stage = STAGE_READY;
	if (code < 0)
		keep_damage(c, code, &clause);
	return 0;
}

/*
 * Goes on to STAGE_READY: 0, -EAGAIN, or negative when it is no capture file. A damaged file
 * header is 0: capture_next() tells it.
 */
static int start(struct capture *c, struct err *err)
{
	const uint8_t *head;

	if (c->stage == STAGE_PACKED) {
		if (!source_unpack(&c->source, &c->packing))
			return refuse_short(c, err);
		c->stage = STAGE_MAGIC;
	}
	if (c->stage == STAGE_READY)
		return 0;
	head = source_need(&c->source, 4);
	if (!head)
		return refuse_short(c, err);
	return choose_format(c, head, err);
}

/* Finishes opening: what could be said at once is said, or c is freed. */
static int open_common(struct capture *c, const char *name, const struct capture_options *options,
		       struct capture **ret_capture, struct err *err)
{
	int code;

	if (options)
		c->options = *options;
	inventory_init(&c->inventory);
	c->name = strdup(name);
	if (!c->name)
		code = err_set(err, -ENOMEM, "\"%.*s\" cannot be opened: memory ran out.",
			       NAME_SHOWN, name);
	else
		code = start(c, err);
	if (code < 0 && code != -EAGAIN) {
		capture_free(c);
		return code;
	}
	*ret_capture = c;
	return 0;
}

static struct capture *new_capture(const char *name, struct err *err)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c)
		c->source.fd = -1;
	else
		err_set(err, -ENOMEM, "\"%.*s\" cannot be opened: memory ran out.", NAME_SHOWN,
			name);
	return c;
}

/* Opens for reading, refusing what would only fail later with a stranger message. */
static int open_path(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int code;

	if (fd < 0) {
		code = -errno;
		return err_set(err, code,
			       "\"%.*s\" cannot be opened: %s; check the name and its rights.",
			       NAME_SHOWN, path, strerror(-code));
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return err_set(err, -EISDIR, "\"%.*s\" is a directory: name a capture file in it.",
			       NAME_SHOWN, path);
	}
	return fd;
}

int capture_open(const char *path, const struct capture_options *options,
		 struct capture **ret_capture, struct err *err)
{
	struct capture *c;
	int fd;

	if (strcmp(path, "-") == 0) {
		c = new_capture("standard input", err);
		if (!c)
			return -ENOMEM;
		source_init_fd(&c->source, STDIN_FILENO, false, options && options->follow);
		return open_common(c, "standard input", options, ret_capture, err);
	}
	fd = open_path(path, err);
	if (fd < 0)
		return fd;
	return capture_open_fd(fd, path, options, ret_capture, err);
}

int capture_open_fd(int fd, const char *name, const struct capture_options *options,
		    struct capture **ret_capture, struct err *err)
{
	struct capture *c = new_capture(name, err);

	if (!c) {
		close(fd);
		return -ENOMEM;
	}
	source_init_fd(&c->source, fd, true, options && options->follow);
	return open_common(c, name, options, ret_capture, err);
}

int capture_open_memory(const void *bytes, size_t len, const struct capture_options *options,
			struct capture **ret_capture, struct err *err)
{
	const char *name = options && options->name ? options->name : "memory";
	struct capture *c = new_capture(name, err);

	if (!c)
		return -ENOMEM;
	source_init_memory(&c->source, bytes, len);
	return open_common(c, name, options, ret_capture, err);
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	source_done(&c->source);
	inventory_done(&c->inventory);
	free(c->name);
	free(c);
}

/* The slow half of capture_next(): everything but a frame. */
static int no_frame(struct capture *c, int code, const struct err *clause, struct err *err)
{
	if (code == 0 || code == -EAGAIN)
		return code;
	if (!c->damaged)
		keep_damage(c, code, clause);
	return err_set(err, c->damage.code, "%s", c->sentence.text);
}

int capture_next(struct capture *c, struct frame *ret_frame, struct err *err)
{
	struct err clause;
	int code;

	if (c->damaged)
		return no_frame(c, c->damage.code, NULL, err);
	if (c->stage != STAGE_READY) {
		code = start(c, &c->sentence);
		if (code < 0 && code != -EAGAIN) {
			c->damaged = true;
			c->damage = (struct capture_damage) {code, 0, c->sentence.text};
		}
		if (c->damaged)
			return no_frame(c, c->damage.code, NULL, err);
		if (code < 0)
			return code;
	}
	code = c->format == CAPTURE_PCAPNG ? pcapng_reader_next(&c->pcapng, ret_frame, &clause)
					   : pcap_reader_next(&c->pcap, ret_frame, &clause);
	if (code <= 0)
		return no_frame(c, code, &clause, err);
	c->frames++;
	return 1;
}

int capture_next_some(struct capture *c, struct frame *ret_frames, unsigned max, struct err *err)
{
	unsigned more;
	int code = capture_next(c, &ret_frames[0], err);

	if (code <= 0)
		return code;
	more = c->format == CAPTURE_PCAPNG ? pcapng_reader_held(&c->pcapng, ret_frames + 1, max - 1)
					   : pcap_reader_held(&c->pcap, ret_frames + 1, max - 1);
	c->frames += more;
	return 1 + (int)more;
}

const struct inventory *capture_inventory(const struct capture *c)
{
	return &c->inventory;
}

struct pcapng_options capture_frame_options(const struct capture *c, const struct frame *frame)
{
	return pcapng_reader_options(&c->pcapng, frame);
}

const struct pcapng_block *capture_frame_block(const struct capture *c)
{
	return c->format == CAPTURE_PCAPNG && c->frames ? &c->pcapng.block : NULL;
}

uint64_t capture_frame_offset(const struct capture *c)
{
	return c->format == CAPTURE_PCAPNG ? c->pcapng.block.offset : c->pcap.offset;
}

const struct capture_damage *capture_damage(const struct capture *c)
{
	return c->damaged ? &c->damage : NULL;
}

uint64_t capture_notes(const struct capture *c, const char **ret_first)
{
	if (ret_first)
		*ret_first = c->inventory.first_note.text;
	return c->inventory.notes;
}

enum capture_format capture_format(const struct capture *c)
{
	return c->format;
}

enum source_packing capture_packing(const struct capture *c)
{
	return c->packing;
}

bool capture_lend(struct capture *c)
{
	return source_lend(&c->source);
}

bool capture_help(struct capture *c)
{
	return source_help(&c->source);
}

int capture_fd(const struct capture *c)
{
	return c->source.fd;
}

void capture_progress(const struct capture *c, uint64_t *ret_done, uint64_t *ret_total)
{
	*ret_done = c->source.raw_read;
	*ret_total = c->source.raw_total;
}
