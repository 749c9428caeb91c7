// SPDX-License-Identifier: Apache-2.0
// `sonde explain` as a user meets it: operands, what goes to which stream, exit statuses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../evidence/scene.h"
#include "base/buf.h"
#include "capture/pcapng_write.h"
#include "command/command.h"

#define HOST     "198.51.100.10"
#define LOCAL    40000
#define SEQ      0x1000
#define TEXT_MAX 16384
#define PATH_LEN 256

/* A directory of our own with a capture, and what the last run printed. */
struct desk {
	char dir[PATH_LEN];
	char file[PATH_LEN];
	char out[TEXT_MAX];
	char err[TEXT_MAX];
	int status;
};

static void path_in(const struct desk *d, const char *name, char out[static PATH_LEN])
{
	assert_true(snprintf(out, PATH_LEN, "%s/%s", d->dir, name) < PATH_LEN);
}

/* Takes everything a descriptor's file holds. */
static void take(int fd, char out[static TEXT_MAX])
{
	ssize_t len;

	lseek(fd, 0, SEEK_SET);
	len = read(fd, out, TEXT_MAX - 1);
	assert_true(len >= 0);
	out[len] = '\0';
	close(fd);
}

/* Runs the command with these operands, NULL at the end, catching both streams. */
static void run(struct desk *d, ...)
{
	int out = open(d->dir, O_RDWR | O_TMPFILE, 0600),
	    err = open(d->dir, O_RDWR | O_TMPFILE, 0600);
	int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);
	char *argv[16] = {NULL};
	va_list list;
	int argc = 0;

	va_start(list, d);
	while ((argv[argc] = va_arg(list, char *)))
		argc++;
	va_end(list);
	assert_true(out >= 0 && err >= 0);
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	d->status = command_explain(argc, argv);
	fflush(NULL);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	take(out, d->out);
	take(err, d->err);
}

static void expect_refusal(const struct desk *d, const char *sentence)
{
	assert_string_equal(d->err, sentence);
	assert_string_equal(d->out, "");
	assert_int_equal(d->status, STATUS_USAGE);
}

/* Adds the frame that the scene built last. */
static void record(struct pcapng_writer *w, const struct scene *s, bool sent)
{
	struct frame frame = {
		.time = s->now,
		.link = LINK_ETHERNET,
		.direction = sent ? FRAME_SENT : FRAME_RECEIVED,
		.captured_len = s->len,
		.wire_len = s->len,
		.bytes = s->bytes,
	};

	assert_int_equal(pcapng_write_frame(w, &frame, NULL, 0), 0);
}

/* A capture of ours: 22 open, 26 silent for 300 ms until the end, which is known or not. */
static void write_capture(const char *path, nsec_t wait, uint64_t dropped)
{
	static const char *const names[] = {"scanme.lab"};
	const struct pcapng_section section = {.application = "sonde 0.1.0"};
	const struct pcapng_interface about = {.name = "eth0", .link = LINK_ETHERNET};
	const struct tcp_hdr stray = {
		.source_port = 50000, .destination_port = 8080, .seq = 1, .flags = TCP_SYN};
	struct pcapng_counts counts = {.start = NSEC_NEVER,
				       .received = PCAPNG_UNKNOWN,
				       .dropped = PCAPNG_UNKNOWN,
				       .accepted = PCAPNG_UNKNOWN,
				       .os_dropped = dropped,
				       .delivered = PCAPNG_UNKNOWN};
	struct pcapng_name name = {.address = scene_addr(HOST), .names = names, .name_count = 1};
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct pcapng_writer *w = pcapng_writer_new(fd, NULL, NULL);
	struct scene s;
	uint32_t id;

	assert_non_null(w);
	scene_begin(&s);
	pcapng_write_section(w, &section);
	pcapng_write_interface(w, &about, &id);
	pcapng_write_names(w, &name, 1);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	record(w, &s, true);
	scene_tcp(&s, "203.0.113.5", &stray); /* a stranger probes us: not our scan */
	record(w, &s, false);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	record(w, &s, true);
	s.now += 80 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	record(w, &s, false);
	counts.time = s.now + wait;
	counts.end = counts.time;
	pcapng_write_counts(w, 0, &counts);
	assert_int_equal(pcapng_writer_flush(w), 0);
	pcapng_writer_free(w);
	close(fd);
	scene_end(&s);
}

static int make_desk(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		return -1;
	strcpy(d->dir, "/tmp/sonde-explain-XXXXXX");
	if (!mkdtemp(d->dir))
		return -1;
	path_in(d, "scan.pcapng", d->file);
	write_capture(d->file, 300 * MS, 0);
	setenv("XDG_STATE_HOME", d->dir, 1);
	setenv("HOME", d->dir, 1);
	unsetenv("SUDO_UID");
	*state = d;
	return 0;
}

static int clear_desk(void **state)
{
	struct desk *d = *state;
	char path[PATH_LEN];

	unlink(d->file);
	path_in(d, "22", path);
	unlink(path);
	path_in(d, "sonde/last.pcapng", path);
	unlink(path);
	path_in(d, "sonde", path);
	rmdir(path);
	rmdir(d->dir);
	free(d);
	return 0;
}

static void explains_a_port_of_a_file(void **state)
{
	struct desk *d = *state;

	run(d, d->file, "22", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_string_equal(d->err, "");
	assert_non_null(
		strstr(d->out, "22/tcp on scanme.lab (198.51.100.10) is open (syn-ack).\n"));
	assert_non_null(strstr(d->out, "Frame 1, 0.000000 s, sent: TCP 40000"));
	assert_non_null(strstr(d->out, "Frame 4, 0.080000 s, received: TCP 22"));
	assert_non_null(strstr(d->out, "Answers frame 1 after 80.000 ms: SYN/ACK."));
}

static void hosts_go_by_address_and_name(void **state)
{
	struct desk *d = *state;
	char first[TEXT_MAX];

	run(d, d->file, HOST, "26", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, "no answer in 380.000 ms, then the capture ended."));
	strcpy(first, d->out);
	run(d, d->file, "ScanMe.Lab", "26", NULL);
	assert_string_equal(d->out, first);
	run(d, d->file, "26", HOST, NULL);
	assert_string_equal(d->out, first);
}

static void without_a_port_tells_of_the_host(void **state)
{
	struct desk *d = *state;

	run(d, d->file, NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, ": 4 frames in 0.080000 s, none lost.\n"));
	assert_non_null(strstr(d->out, "2 TCP ports: 1 open (syn-ack), 1 filtered (no-response)."));
	assert_null(strstr(d->out, "192.0.2.10 ")); /* the stranger's target: ourselves */
}

static void a_ladder_draws_the_exchange(void **state)
{
	struct desk *d = *state;

	run(d, d->file, "--ladder", "22", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, "      1    0.000000 |--- SYN ----------------->|  try 1"));
	assert_non_null(strstr(d->out, "      4    0.080000 |<--- SYN ACK -------------|  after"));
	run(d, d->file, "--ladder", "26", HOST, NULL);
	assert_non_null(strstr(d->out, "|--- SYN -----------------?|  try 1 of 1; no answer in"));
	run(d, d->file, "22", "--ladder", "26", NULL);
	expect_refusal(d, "sonde: --ladder 26 names its port; leave out the other ports.\n");
}

static void json_is_one_document(void **state)
{
	struct desk *d = *state;
	size_t len;

	run(d, d->file, "--json", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_string_equal(d->err, "");
	len = strlen(d->out);
	assert_memory_equal(d->out, "{\n \"schema\": \"sonde-explain/1\",\n", 32);
	assert_string_equal(d->out + len - 3, "\n}\n");
	assert_non_null(strstr(d->out, "{\"port\": 26, \"protocol\": \"tcp\", \"probe\": \"SYN\", "
				       "\"state\": \"filtered\", \"reason\": \"no-response\","));
	run(d, d->file, "--json", "--state", "open", NULL);
	assert_non_null(strstr(d->out, "{\"port\": 22,"));
	assert_null(strstr(d->out, "{\"port\": 26,"));
	run(d, d->file, "--json", "--ladder", "22", NULL);
	expect_refusal(d, "sonde: a ladder is drawn, not written as JSON; leave out --json or "
			  "--ladder.\n");
}

static void losses_are_said(void **state)
{
	struct desk *d = *state;

	write_capture(d->file, 300 * MS, 7);
	run(d, d->file, "26", NULL);
	assert_non_null(strstr(d->out, "The capture lost 7 frames, so an answer may be missing."));
}

static void a_short_wait_decides_nothing(void **state)
{
	struct desk *d = *state;

	write_capture(d->file, 20 * MS, 0);
	run(d, d->file, "26", NULL);
	assert_non_null(strstr(d->out, "26/tcp on scanme.lab (198.51.100.10) is undecided.\n"));
	assert_int_equal(d->status, STATUS_OK);
}

static void many_ports_get_a_line_each(void **state)
{
	struct desk *d = *state;

	run(d, d->file, "22,26", NULL);
	assert_non_null(strstr(d->out, ".\n\n26/tcp on "));
	run(d, d->file, "1-100", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->err, "sonde: ports 1-21,23-25,27-100/tcp were not probed"));
	assert_non_null(strstr(d->out, "26/tcp on "));
}

static void the_last_scan_is_the_default(void **state)
{
	struct desk *d = *state;
	char path[PATH_LEN], sentence[2 * PATH_LEN];

	path_in(d, "sonde/last.pcapng", path);
	run(d, "22", NULL);
	snprintf(sentence, sizeof(sentence),
		 "sonde: there is no last scan in %s; name a capture file, or scan first, as in "
		 "\"sonde scan HOST\".\n",
		 path);
	expect_refusal(d, sentence);
	path_in(d, "sonde", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in(d, "sonde/last.pcapng", path);
	write_capture(path, 300 * MS, 0);
	run(d, "22", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, "is open (syn-ack)"));
	run(d, NULL);
	assert_non_null(strstr(d->out, "The last scan: 4 frames"));
	assert_non_null(strstr(d->out, "sonde explain 198.51.100.10 22\n"));
}

/* Numbers are ports whatever files there are; a slash makes a file, unless a protocol follows. */
static void ports_are_told_from_files(void **state)
{
	struct desk *d = *state;
	char path[PATH_LEN], old[PATH_LEN];

	path_in(d, "sonde", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in(d, "sonde/last.pcapng", path);
	write_capture(path, 300 * MS, 0);
	path_in(d, "22", path);
	assert_int_equal(symlink(d->file, path), 0);
	assert_non_null(getcwd(old, sizeof(old)));
	assert_int_equal(chdir(d->dir), 0);
	run(d, "22", NULL);
	assert_non_null(strstr(d->out, "22/tcp on"));
	run(d, "22/tcp", NULL);
	assert_non_null(strstr(d->out, "22/tcp on"));
	run(d, "ssh/tcp", NULL);
	assert_non_null(strstr(d->out, "22/tcp on"));
	run(d, "22,26", NULL);
	assert_non_null(strstr(d->out, "26"));
	run(d, "./22", NULL);
	assert_non_null(strstr(d->out, "./22: 4 frames"));
	run(d, ".", NULL);
	expect_refusal(d, "sonde: \".\" is a directory: name a capture file in it.\n");
	assert_int_equal(chdir(old), 0);
	run(d, d->file, "22/foo", NULL);
	expect_refusal(d, "sonde: \"22/foo\" names no ports of tcp, udp, sctp or ip, and only the "
			  "first operand can be a file.\n");
}

static void what_is_not_there_is_said(void **state)
{
	struct desk *d = *state;

	run(d, d->file, "25", NULL);
	expect_refusal(d, "sonde: port 25/tcp was not probed in this capture; it probed 2 ports of "
			  "198.51.100.10: 22,26.\n");
	run(d, d->file, "192.0.2.77", NULL);
	expect_refusal(d, "sonde: host 192.0.2.77 was not probed in this capture; it probed "
			  "198.51.100.10.\n");
	run(d, d->file, "nowhere.lab", "22", NULL);
	expect_refusal(d, "sonde: \"nowhere.lab\" is no file, no host of this capture and no port; "
			  "give a capture file first, then hosts, then ports as in 22,80-90.\n");
	run(d, d->file, "70000", NULL);
	assert_int_equal(d->status, STATUS_USAGE);
	run(d, d->file, "90-80", NULL);
	expect_refusal(d, "sonde: port range \"90-80\" is reversed; write \"80-90\".\n");
	run(d, d->file, "22", d->file, NULL);
	assert_non_null(strstr(d->err, "only the first operand can be a file"));
	run(d, "missing.pcap", "22", NULL);
	expect_refusal(d, "sonde: \"missing.pcap\" cannot be opened: No such file or directory; "
			  "check the name and its rights.\n");
	run(d, "--nonsense", NULL);
	assert_int_equal(d->status, STATUS_USAGE);
}

static void the_good_part_of_a_damaged_file_is_explained(void **state)
{
	struct desk *d = *state;
	struct stat st;

	assert_int_equal(stat(d->file, &st), 0);
	assert_int_equal(truncate(d->file, st.st_size - 20), 0);
	run(d, d->file, "22", NULL);
	assert_int_equal(d->status, STATUS_FAILED);
	assert_non_null(strstr(d->out, "is open (syn-ack)"));
	assert_non_null(strstr(d->err, "is cut short at byte "));
	/* the scan was killed: nobody waited for 26 longer than until the last frame */
	run(d, d->file, "26", NULL);
	assert_non_null(strstr(d->out, "is undecided"));
}

static void a_pipe_is_read_once(void **state)
{
	struct desk *d = *state;
	int file = open(d->file, O_RDONLY), old = dup(STDIN_FILENO);

	assert_true(file >= 0);
	dup2(file, STDIN_FILENO);
	close(file);
	run(d, "-", "22", NULL);
	dup2(old, STDIN_FILENO);
	close(old);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, "Frame 4, 0.080000 s, received: TCP 22"));
}

static void an_empty_pipe_has_a_name(void **state)
{
	struct desk *d = *state;
	int empty = open("/dev/null", O_RDONLY), old = dup(STDIN_FILENO);

	assert_true(empty >= 0);
	dup2(empty, STDIN_FILENO);
	close(empty);
	run(d, "-", NULL);
	dup2(old, STDIN_FILENO);
	close(old);
	assert_int_equal(d->status, STATUS_USAGE);
	assert_non_null(strstr(d->err, "standard input"));
	run(d, "/dev/null", NULL);
	assert_non_null(strstr(d->err, "\"/dev/null\" is empty"));
}

static void help_is_help(void **state)
{
	struct desk *d = *state;

	run(d, "--help", NULL);
	assert_int_equal(d->status, STATUS_OK);
	assert_non_null(strstr(d->out, "sonde explain [FILE] [HOST...] [PORT...]"));
}

#define DESK(test) cmocka_unit_test_setup_teardown(test, make_desk, clear_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK(explains_a_port_of_a_file),
		DESK(hosts_go_by_address_and_name),
		DESK(without_a_port_tells_of_the_host),
		DESK(a_ladder_draws_the_exchange),
		DESK(json_is_one_document),
		DESK(losses_are_said),
		DESK(a_short_wait_decides_nothing),
		DESK(many_ports_get_a_line_each),
		DESK(the_last_scan_is_the_default),
		DESK(ports_are_told_from_files),
		DESK(what_is_not_there_is_said),
		DESK(the_good_part_of_a_damaged_file_is_explained),
		DESK(a_pipe_is_read_once),
		DESK(an_empty_pipe_has_a_name),
		DESK(help_is_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
