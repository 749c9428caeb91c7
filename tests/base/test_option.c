// SPDX-License-Identifier: Apache-2.0
// Option rows: every spelling Nmap and GNU users type, every mistake with its sentence.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/option.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARGS_MAX     16

struct settings {
	bool syn;
	bool no_ping;
	bool no_names;
	bool six;
	bool fast;
	bool reason;
	bool trace;
	bool sequential;
	unsigned verbose;
	const char *ports;
	const char *device;
	const char *output;
	uint64_t timing;
	uint64_t retries;
	nsec_t timeout;
	double rate;
	struct option_list exclude;
	struct option_list inputs;
	struct option_list targets;
	char called[32];
};

static int call(void *into, const char *value, struct err *err)
{
	struct settings *s = into;

	if (value && strcmp(value, "bad") == 0)
		return err_set(err, -22, "the mood \"bad\" is not wanted; be of good cheer");
	snprintf(s->called, sizeof(s->called), "%s", value ? value : "(none)");
	return 0;
}

#define AT(field) .offset = offsetof(struct settings, field)

static const struct option_row rows[] = {
	{.heading = "TARGETS",
	 .letters = "iL",
	 .argument = "FILE",
	 .kind = OPTION_LIST,
	 AT(inputs),
	 .help = "Read targets from FILE, \"-\" for standard input."},
	{.name = "exclude",
	 .argument = "TARGETS",
	 .kind = OPTION_LIST,
	 AT(exclude),
	 .help = "Never send anything to these targets."},
	{.heading = "HOST DISCOVERY",
	 .letters = "Pn PN P0",
	 .kind = OPTION_FLAG,
	 AT(no_ping),
	 .help = "Take every target as up."},
	{.letters = "n", .kind = OPTION_FLAG, AT(no_names), .help = "Never resolve addresses."},
	{.heading = "PORTS AND SCANS",
	 .letters = "sS",
	 .kind = OPTION_FLAG,
	 AT(syn),
	 .help = "Scan with TCP SYN probes."},
	{.letters = "p",
	 .name = "ports",
	 .argument = "PORTS",
	 .kind = OPTION_TEXT,
	 AT(ports),
	 .help = "Scan these ports: single ones, ranges, names with wildcards, and \"-\" for all of "
		 "them, separated by commas."},
	{.letters = "F",
	 .name = "fast",
	 .kind = OPTION_FLAG,
	 AT(fast),
	 .help = "Scan the 100 most popular ports."},
	{.letters = "r", .kind = OPTION_FLAG, AT(sequential), .help = "Scan ports in order."},
	{.heading = "TIMING",
	 .letters = "T",
	 .argument = "LEVEL",
	 .kind = OPTION_NUMBER,
	 AT(timing),
	 .max = 5,
	 .initial = "3",
	 .help = "Be slower (0) or quicker (5)."},
	{.name = "max-retries",
	 .argument = "N",
	 .kind = OPTION_NUMBER,
	 AT(retries),
	 .max = 255,
	 .unit = "tries",
	 .initial = "10",
	 .help = "Send a probe again at most N times."},
	{.name = "max-rate",
	 .argument = "N",
	 .kind = OPTION_RATE,
	 AT(rate),
	 .max = 1000000,
	 .unit = "packets a second",
	 .help = "Send no faster than this."},
	{.name = "host-timeout",
	 .argument = "TIME",
	 .kind = OPTION_DURATION,
	 AT(timeout),
	 .min = NSEC_PER_MSEC,
	 .max = 3600 * NSEC_PER_SEC,
	 .initial = "15m",
	 .again = true,
	 .help = "Give a host up after this time."},
	{.heading = "OUTPUT",
	 .letters = "v",
	 .name = "verbose",
	 .kind = OPTION_COUNTER,
	 AT(verbose),
	 .help = "Say more; twice for still more."},
	{.letters = "w",
	 .name = "write",
	 .argument = "FILE",
	 .kind = OPTION_TEXT,
	 AT(output),
	 .help = "Write the capture to FILE."},
	{.name = "reason", .kind = OPTION_FLAG, AT(reason), .help = "Say why."},
	{.name = "packet-trace", .kind = OPTION_FLAG, AT(trace), .help = "Print every packet."},
	{.letters = "e",
	 .argument = "IF",
	 .kind = OPTION_TEXT,
	 AT(device),
	 .help = "Send through interface IF."},
	{.letters = "6", .kind = OPTION_FLAG, AT(six), .help = "Scan IPv6 addresses."},
	{.name = "mood",
	 .argument = "MOOD",
	 .kind = OPTION_CALL,
	 .call = call,
	 .help = "Be in this mood."},
	{.name = "sing", .kind = OPTION_CALL, .call = call, .help = "Sing."},
	{.name = "secret", .kind = OPTION_FLAG, AT(reason)},
};

/* Letters that chain, values that are implied, and options that tell whether they were given. */
struct short_settings {
	bool syn, udp, list, no_names, fast;
	const char *ping;
	uint64_t delay;
	bool delay_given;
	struct option_list targets;
};

#define SHORT(field) .offset = offsetof(struct short_settings, field)

static const struct option_row short_rows[] = {
	{.letters = "sS", .kind = OPTION_FLAG, .chained = true, SHORT(syn), .help = "SYN."},
	{.letters = "sU", .kind = OPTION_FLAG, .chained = true, SHORT(udp), .help = "UDP."},
	{.letters = "sn", .kind = OPTION_FLAG, .chained = true, SHORT(list), .help = "None."},
	{.letters = "n", .kind = OPTION_FLAG, SHORT(no_names), .help = "No names."},
	{.letters = "F", .kind = OPTION_FLAG, SHORT(fast), .help = "Few."},
	{.letters = "PS",
	 .argument = "PORTS",
	 .kind = OPTION_TEXT,
	 .implied = "80",
	 SHORT(ping),
	 .help = "Ping."},
	{.name = "delay",
	 .argument = "N",
	 .kind = OPTION_NUMBER,
	 .given = 1 + offsetof(struct short_settings, delay_given),
	 SHORT(delay),
	 .help = "Wait."},
};

static const struct option_table short_table = {
	.command = "sonde scan",
	.synopsis = "[options] TARGET...",
	.rows = short_rows,
	.row_count = COUNT(short_rows),
	.operands = offsetof(struct short_settings, targets),
};

static void letters_chain_and_values_are_implied(void **state)
{
	static const struct {
		const char *line;
		const char *result;
	} rows_of[] = {
		{"-sSU host", "sS sU host"},
		{"-sUSF host", "sS sU F host"},
		{"-sSn host", "sS sn host"},
		{"-sS -n host", "sS n host"},
		{"-nsS host", "sS n host"},
		{"-PS host", "ping=80 host"},
		{"-PS22,25 host", "ping=22,25 host"},
		{"-PS=22 host", "ping=22 host"},
		{"-sU -PS443 -F host", "sU F ping=443 host"},
		{"--delay 0 host", "delay=0 host"},
		{"-F host", "F host"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows_of); i++) {
		struct short_settings s = {0};
		struct err err = {0};
		struct buf out = {0};
		char line[64], *args[ARGS_MAX];
		int count = 0;

		snprintf(line, sizeof(line), "%s", rows_of[i].line);
		for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
			args[count++] = word;
		assert_int_equal(option_parse(&short_table, count, args, &s, &err), 0);
		buf_printf(&out, "%s%s%s%s%s", s.syn ? "sS " : "", s.udp ? "sU " : "",
			   s.list ? "sn " : "", s.no_names ? "n " : "", s.fast ? "F " : "");
		if (s.ping)
			buf_printf(&out, "ping=%s ", s.ping);
		if (s.delay_given)
			buf_printf(&out, "delay=%llu ", (unsigned long long)s.delay);
		buf_puts(&out, s.targets.items[0]);
		assert_string_equal(buf_text(&out), rows_of[i].result);
		buf_done(&out);
		option_done(&short_table, &s);
	}
}

static const struct option_absent absent[] = {
	{"oZ* old-word", "is gone; write -Pn"},
	{"Z", "never was; leave it out"},
};

static const struct option_table table = {
	.absent = absent,
	.absent_count = COUNT(absent),
	.command = "sonde scan",
	.synopsis = "[options] TARGET...",
	.summary = "Finds out which ports of the targets are open, and how that is known.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = offsetof(struct settings, targets),
};

/* Splits line at blanks and parses it. text must live as long as s. */
static int parse(const struct option_table *t, char *line, struct settings *s, struct err *err)
{
	char *args[ARGS_MAX];
	int count = 0;

	*s = (struct settings) {0};
	*err = (struct err) {0};
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		assert_true(count < ARGS_MAX);
		args[count++] = word;
	}
	return option_parse(t, count, args, s, err);
}

static void show_list(struct buf *out, const char *name, const struct option_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		buf_printf(out, " %s=%s", name, list->items[i]);
}

/* What differs from a run without options, in one line. */
static void show(const struct settings *s, struct buf *out)
{
	const struct {
		bool on;
		const char *name;
	} flags[] = {
		{s->syn, "sS"}, {s->no_ping, "Pn"},    {s->no_names, "n"},  {s->six, "6"},
		{s->fast, "F"}, {s->reason, "reason"}, {s->trace, "trace"}, {s->sequential, "r"},
	};

	buf_clear(out);
	for (size_t i = 0; i < COUNT(flags); i++)
		if (flags[i].on)
			buf_printf(out, " %s", flags[i].name);
	if (s->verbose)
		buf_printf(out, " v%u", s->verbose);
	if (s->ports)
		buf_printf(out, " p=%s", s->ports);
	if (s->device)
		buf_printf(out, " e=%s", s->device);
	if (s->output)
		buf_printf(out, " w=%s", s->output);
	if (s->timing != 3)
		buf_printf(out, " T%llu", (unsigned long long)s->timing);
	if (s->retries != 10)
		buf_printf(out, " retries=%llu", (unsigned long long)s->retries);
	if (s->timeout != 900 * NSEC_PER_SEC)
		buf_printf(out, " timeout=%lldus", (long long)(s->timeout / NSEC_PER_USEC));
	if (s->rate > 0)
		buf_printf(out, " rate=%g", s->rate);
	if (*s->called)
		buf_printf(out, " called=%s", s->called);
	show_list(out, "iL", &s->inputs);
	show_list(out, "exclude", &s->exclude);
	show_list(out, "target", &s->targets);
}

static void reads_every_spelling(void **state)
{
	static const struct {
		const char *line;
		const char *result;
	} good[] = {
		{"", ""},
		{"host", " target=host"},
		{"-sS -Pn -n -p22 host", " sS Pn n p=22 target=host"},
		{"-PN host", " Pn target=host"},
		{"-P0", " Pn"},
		{"-p 22,80 host", " p=22,80 target=host"},
		{"-p=22", " p=22"},
		{"-p- host", " p=- target=host"},
		{"-p - host", " p=- target=host"},
		{"-p -80", " p=-80"},
		{"--ports=22", " p=22"},
		{"--ports 22", " p=22"},
		{"--port 22", " p=22"},
		{"--ports=-", " p=-"},
		{"--ports=a=b", " p=a=b"},
		{"a -F b -v c", " F v1 target=a target=b target=c"},
		{"-nv host", " n v1 target=host"},
		{"-vv", " v2"},
		{"-vvv -v", " v4"},
		{"-v3", " v3"},
		{"-v3v", " v4"},
		{"--verbose --verbose", " v2"},
		{"-Pnv", " Pn v1"},
		{"-nPn", " Pn n"},
		{"-nFp22", " n F p=22"},
		{"-nFp 22", " n F p=22"},
		{"-6nr", " n 6 r"},
		{"-e eth0 -w out.pcapng", " e=eth0 w=out.pcapng"},
		{"-eeth0", " e=eth0"},
		{"-w -", " w=-"},
		{"-iL list host", " iL=list target=host"},
		{"-iL - -iLmore", " iL=- iL=more"},
		{"-T4", " T4"},
		{"-T 0", " T0"},
		{"--packet-trace --reason", " reason trace"},
		{"--packet", " trace"},
		{"--pack --rea", " reason trace"},
		{"-packet-trace", " trace"},
		{"-reason", " reason"},
		{"-max-retries=3", " retries=3"},
		{"-max-retries 3", " retries=3"},
		{"--max-retries 0", " retries=0"},
		{"--max-retries=255", " retries=255"},
		{"--max-rate 0.5", " rate=0.5"},
		{"--max-rate=1000000", " rate=1e+06"},
		{"--host-timeout 200ms", " timeout=200000us"},
		{"--host-timeout 1.5", " timeout=1500000us"},
		{"--host-timeout 2s --host-timeout 1m", " timeout=60000000us"},
		{"--host 1h", " timeout=3600000000us"},
		{"--exclude a --exclude b", " exclude=a exclude=b"},
		{"-- -n --reason", " target=-n target=--reason"},
		{"-n -- -- x", " n target=-- target=x"},
		{"-", " target=-"},
		{"-n -n", " n"},
		{"--mood good", " called=good"},
		{"--sing", " called=(none)"},
		{"--secret", " reason"},
	};
	struct buf shown = {0};
	struct settings s;
	struct err err;
	char line[128];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		snprintf(line, sizeof(line), "%s", good[i].line);
		if (parse(&table, line, &s, &err))
			fail_msg("%s: %s", good[i].line, err.text);
		show(&s, &shown);
		assert_string_equal(buf_text(&shown), good[i].result);
		option_done(&table, &s);
		option_done(&table, &s);
	}
	buf_done(&shown);
}

static void every_mistake_has_its_sentence(void **state)
{
	static const struct {
		const char *line;
		const char *sentence;
	} bad[] = {
		{"--packet-trac=1",
		 "option \"--packet-trace\" takes no value, but \"1\" was given"},
		{"--paket-trace",
		 "unknown option \"--paket-trace\"; did you mean \"--packet-trace\"?"},
		{"--reasons", "unknown option \"--reasons\"; did you mean \"--reason\"?"},
		{"--max-retires=3",
		 "unknown option \"--max-retires\"; did you mean \"--max-retries\"?"},
		{"--Pn", "unknown option \"--Pn\"; did you mean \"-Pn\"?"},
		{"-f", "unknown option \"-f\"; did you mean \"-F\"?"},
		{"-Pm", "unknown option \"-Pm\"; did you mean \"-Pn\"?"},
		{"--nonsense", "unknown option \"--nonsense\"; see \"sonde scan --help\""},
		{"-oZfile", "\"-oZfile\" is gone; write -Pn"},
		{"--old-word=3", "\"--old-word\" is gone; write -Pn"},
		{"--old-words", "unknown option \"--old-words\"; see \"sonde scan --help\""},
		{"-Z", "\"-Z\" never was; leave it out"},
		{"--=x", "unknown option \"--\"; see \"sonde scan --help\""},
		{"-Q", "unknown option \"-Q\"; see \"sonde scan --help\""},
		{"-nQv", "unknown option \"-Q\" in \"-nQv\"; see \"sonde scan --help\""},
		{"--secre", "unknown option \"--secre\"; see \"sonde scan --help\""},
		{"--max",
		 "option \"--max\" could be \"--max-retries\" or \"--max-rate\"; write more of it"},
		{"-p", "option \"-p\" needs a value: -p PORTS"},
		{"--ports", "option \"--ports\" needs a value: --ports PORTS"},
		{"-iL", "option \"-iL\" needs a value: -iL FILE"},
		{"-e --reason",
		 "option \"-e\" needs a value, but \"--reason\" looks like an option; "
		 "write \"-e=--reason\" if it is the value"},
		{"--ports -n", "option \"--ports\" needs a value, but \"-n\" looks like an option; "
			       "write \"--ports=-n\" if it is the value"},
		{"--ports=", "option \"--ports\" has an empty value; give it PORTS"},
		{"--reason=yes", "option \"--reason\" takes no value, but \"yes\" was given"},
		{"-F=22", "option \"-F\" takes no value, but \"22\" was given"},
		{"-F22", "option \"-F\" takes no value, but \"22\" was given"},
		{"-v=2", "option \"-v\" takes no value, but \"2\" was given"},
		{"-v101", "option \"-v\" takes a level from 0 to 100, not \"101\""},
		{"-v99999999999", "option \"-v\" takes a level from 0 to 100, not \"99999999999\""},
		{"-p22 -p 80", "option \"-p\" is given twice, now with \"80\"; leave one out"},
		{"-p22 --ports=80",
		 "option \"--ports\" is given twice, now with \"80\"; leave one out"},
		{"--max-retries 3 --max-retries 3",
		 "option \"--max-retries\" is given twice, now with \"3\"; leave one out"},
		{"-T9", "option \"-T\" takes a whole number from 0 to 5, not \"9\""},
		{"--max-retries 256",
		 "option \"--max-retries\" takes a whole number from 0 to 255 (tries), not \"256\""},
		{"--max-retries=-1",
		 "option \"--max-retries\" takes a whole number from 0 to 255 (tries), not \"-1\""},
		{"--max-retries 1.5",
		 "option \"--max-retries\" takes a whole number from 0 to 255 (tries), not \"1.5\""},
		{"--max-retries 99999999999999999999",
		 "option \"--max-retries\" takes a whole number from 0 to 255 (tries), not "
		 "\"99999999999999999999\""},
		{"--max-rate 0",
		 "option \"--max-rate\" takes a number in digits above 0 up to 1000000 "
		 "(packets a second), not \"0\""},
		{"--max-rate fast",
		 "option \"--max-rate\" takes a number in digits above 0 up to 1000000 "
		 "(packets a second), not \"fast\""},
		{"--max-rate 1e3",
		 "option \"--max-rate\" takes a number in digits above 0 up to 1000000 "
		 "(packets a second), not \"1e3\""},
		{"--max-rate 1000001", "option \"--max-rate\" takes a number up to 1000000 "
				       "(packets a second), not \"1000001\""},
		{"--host-timeout 5x",
		 "option \"--host-timeout\" takes a time such as \"200ms\", \"2s\" "
		 "or \"1m\" from 1ms to 1h, not \"5x\""},
		{"--host-timeout ms",
		 "option \"--host-timeout\" takes a time such as \"200ms\", \"2s\" "
		 "or \"1m\" from 1ms to 1h, not \"ms\""},
		{"--host-timeout 1.s",
		 "option \"--host-timeout\" takes a time such as \"200ms\", \"2s\" "
		 "or \"1m\" from 1ms to 1h, not \"1.s\""},
		{"--host-timeout 2h",
		 "option \"--host-timeout\" takes a time from 1ms to 1h, not \"2h\""},
		{"--host-timeout 10us",
		 "option \"--host-timeout\" takes a time from 1ms to 1h, not \"10us\""},
		{"--mood bad", "the mood \"bad\" is not wanted; be of good cheer"},
		{"--mood", "option \"--mood\" needs a value: --mood MOOD"},
		{"--\033[2Jx", "unknown option \"--\\x1B[2Jx\"; see \"sonde scan --help\""},
	};
	struct settings s;
	struct err err;
	char line[128];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(line, sizeof(line), "%s", bad[i].line);
		assert_int_equal(parse(&table, line, &s, &err), -22);
		assert_string_equal(err.text, bad[i].sentence);
		option_done(&table, &s);
	}
}

static void a_command_line_may_follow(void **state)
{
	struct option_table watch = table;
	struct buf shown = {0};
	struct settings s;
	struct err err;
	char line[] = "-v nmap -sT --reason -- x";

	(void)state;
	watch.stop_at_operand = true;
	assert_int_equal(parse(&watch, line, &s, &err), 0);
	show(&s, &shown);
	assert_string_equal(buf_text(&shown),
			    " v1 target=nmap target=-sT target=--reason target=-- target=x");
	option_done(&watch, &s);
	buf_done(&shown);
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		nsec_t time;
	} good[] = {
		{"0", 0},
		{"1", NSEC_PER_SEC},
		{"200ms", 200 * NSEC_PER_MSEC},
		{"0.25s", 250 * NSEC_PER_MSEC},
		{"1.5m", 90 * NSEC_PER_SEC},
		{"2h", 7200 * NSEC_PER_SEC},
		{"7us", 7 * NSEC_PER_USEC},
		{"0.000000001", 1},
		{"0.0000000001", 0},
		{"9223372036", 9223372036 * NSEC_PER_SEC},
	};
	static const char *const bad[] = {
		"",        "s",   "-1",  "1 s", "1S",   "1d",         ".5",
		"1.",      "1e3", "0x1", "ms",  "1ms ", "9223372037", "99999999999999999999h",
		"2562048h"};
	nsec_t time = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(option_duration(bad[i], &time));
	assert_int_equal(time, 42);
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(option_duration(good[i].text, &time));
		assert_int_equal(time, good[i].time);
	}
}

static void the_table_is_checked(void **state)
{
	static const struct option_row wrong[][2] = {
		{{.help = "No spelling."}},
		{{.name = "x", .help = "no full stop"}},
		{{.name = "x", .kind = OPTION_TEXT, .help = "No argument name."}},
		{{.name = "x", .argument = "N", .help = "A flag with one."}},
		{{.name = "x", .kind = OPTION_CALL, .help = "Calls nobody."}},
		{{.name = "x", .help = "A."}, {.name = "x", .help = "B."}},
		{{.letters = "a b", .help = "A."}, {.letters = "c b", .help = "B."}},
		{{.name = "x",
		  .argument = "N",
		  .kind = OPTION_NUMBER,
		  .max = 3,
		  .initial = "4",
		  .help = "Too much."}},
		{{.name = "x",
		  .argument = "T",
		  .kind = OPTION_DURATION,
		  .initial = "soon",
		  .help = "Bad time."}},
	};
	struct err err = {0};

	(void)state;
	if (option_check(&table, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct option_table t = {
			.command = "x",
			.rows = wrong[i],
			.row_count = wrong[i][1].help ? 2 : 1,
		};

		assert_int_equal(option_check(&t, &err), -22);
	}
}

static void help_fits_a_terminal(void **state)
{
	struct buf help = {0};
	const char *text;

	(void)state;
	option_help(&table, &help);
	assert_false(help.failed);
	text = buf_text(&help);
	assert_non_null(strstr(text, "Usage: sonde scan [options] TARGET...\n"));
	assert_non_null(strstr(text, "\nTARGETS:\n  -iL FILE                 Read targets from"));
	assert_non_null(strstr(text, "\n  -p, --ports PORTS        Scan these ports: single ones"));
	assert_non_null(strstr(text,
			       "\n      --max-retries N      Send a probe again at most N times "
			       "(default: 10\n                           tries).\n"));
	assert_null(strstr(text, "secret"));
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		assert_true(len <= 80);
		assert_true(len == 0 || line[len - 1] != ' ');
		line += len + 1;
	}
	buf_done(&help);
}

static void the_man_page_escapes_for_troff(void **state)
{
	static const struct option_row odd[] = {
		{.heading = "A-B",
		 .letters = "x X",
		 .name = "ex-y",
		 .argument = "A-B",
		 .kind = OPTION_TEXT,
		 .help = ".dot and back\\slash - here."},
	};
	const struct option_table t = {.rows = odd, .row_count = 1};
	struct buf man = {0};

	(void)state;
	option_man(&t, &man);
	assert_string_equal(buf_text(&man), ".SS A\\-B\n.TP\n\\fB\\-x\\fR, \\fB\\-X\\fR, "
					    "\\fB\\-\\-ex\\-y\\fR \\fIA\\-B\\fR\n"
					    "\\&.dot and back\\eslash \\- here.\n");
	buf_clear(&man);
	option_man(&table, &man);
	assert_null(strstr(buf_text(&man), "secret"));
	buf_done(&man);
}

static void completion_words(void **state)
{
	struct buf words = {0};

	(void)state;
	option_words(&table, &words);
	assert_non_null(strstr(buf_text(&words), "-Pn\n-PN\n-P0\n"));
	assert_non_null(strstr(buf_text(&words), "\n-p\n--ports=\n"));
	assert_non_null(strstr(buf_text(&words), "\n--packet-trace\n"));
	assert_null(strstr(buf_text(&words), "secret"));
	buf_done(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_spelling),
		cmocka_unit_test(letters_chain_and_values_are_implied),
		cmocka_unit_test(every_mistake_has_its_sentence),
		cmocka_unit_test(a_command_line_may_follow),
		cmocka_unit_test(durations),
		cmocka_unit_test(the_table_is_checked),
		cmocka_unit_test(help_fits_a_terminal),
		cmocka_unit_test(the_man_page_escapes_for_troff),
		cmocka_unit_test(completion_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
