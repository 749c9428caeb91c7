// SPDX-License-Identifier: Apache-2.0
// `sonde explain`: why each verdict, from a capture alone.
#include "command/explain.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/option.h"
#include "command/command.h"
#include "command/explain_input.h"
#include "command/state_file.h"
#include "evidence/phrase.h"
#include "evidence/verdict.h"
#include "scan/port.h"

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define FULL_PORTS_MAX  10   /* more verdicts than this get a line each */
#define PARAGRAPHS_MAX  4    /* more hosts than this get a line each */
#define TABLE_MAX       40   /* lines of hosts */
#define LINES_MAX       1000 /* lines of ports */
#define PORT_LIST_SHOWN 60   /* columns of a list of ports within a sentence */

struct explain_options {
	bool help;
	const char *state;
	bool phases;
	bool unexpected;
	struct option_list operands;
};

static const struct option_row rows[] = {
	{.name = "help",
	 .letters = "h",
	 .help = "Show this help.",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct explain_options, help)},
	{.name = "phases",
	 .help = "Show what the scanner did one after the other: look-ups, discovery, ports by "
		 "rounds, and what its kernel did by itself.",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct explain_options, phases)},
	{.name = "unexpected",
	 .help = "Show what nobody asked for: answers that prove nothing or contradict each other, "
		 "limits, middleboxes, strangers; each with its frames.",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct explain_options, unexpected)},
	{.name = "state",
	 .argument = "STATE",
	 .help = "List the ports in this state, one a line: open, closed, filtered, unfiltered, "
		 "open|filtered or undecided.",
	 .kind = OPTION_TEXT,
	 .offset = offsetof(struct explain_options, state)},
};

const struct option_table explain_option_table = {
	.command = "sonde explain",
	.synopsis = "[FILE] [HOST...] [PORT...]",
	.summary =
		"Says why each port or host is in its state: the rule and the packets that "
		"decided it. FILE is a pcap or pcapng capture of a scan, by default that of "
		"the last scan; HOST an address or a name in it; PORT as in 22,80-90 or 53/udp. Exit "
		"status: 0 explained, 1 the capture is damaged and its good part explained, "
		"2 nothing to explain.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = offsetof(struct explain_options, operands),
};

/* Hosts by their index in the ledger. */
struct host_list {
	uint32_t *items;
	size_t count;
};

/* One run. */
struct run {
	struct explain_input input;
	const char *file;         /* as typed; NULL: the last scan */
	struct buf last;          /* path of the last scan */
	struct host_list targets; /* all of the scan */
	struct host_list named;   /* those asked for by operand */
	struct port_set ports;    /* asked for */
	const char *protocol;     /* of these: "tcp", "udp", "sctp", "ip"; NULL: any */
	bool phases;              /* speak of these instead */
	bool unexpected;          /* or of these, or of both */
	int state;                /* only ports in it: enum port_state; -1: any */
	struct port_set found;    /* of those, probed */
	size_t verdicts;          /* how many pairs of host and port were found */
	struct explain *explain;
	struct buf out;
	struct err err;
};

/* A file's name, by its look or because there is one. */
static bool is_file(const char *operand)
{
	static const char *const endings[] = {".pcap",      ".pcapng",   ".pcap.gz",
					      ".pcapng.gz", ".pcap.zst", ".pcapng.zst"};
	size_t len = strlen(operand);
	struct stat st;

	if (!strcmp(operand, "-") || strchr(operand, '/'))
		return true;
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t end = strlen(endings[i]);

		if (len > end && !strcmp(operand + len - end, endings[i]))
			return true;
	}
	return !stat(operand, &st) && !S_ISDIR(st.st_mode);
}

static int read_input(struct run *r)
{
	struct stat st;
	int code;

	if (r->file)
		return explain_input_read(&r->input, r->file, &r->err);
	code = state_last_capture(&r->last, &r->err);
	if (code)
		return code;
	if (stat(buf_text(&r->last), &st) && errno == ENOENT)
		return err_set(&r->err, -ENOENT,
			       "there is no last scan in %s; name a capture file, or scan first: "
			       "sonde scan HOST",
			       buf_text(&r->last));
	return explain_input_read(&r->input, buf_text(&r->last), &r->err);
}

static int no_memory(struct run *r)
{
	return err_set(&r->err, -ENOMEM, "there is no memory left to explain \"%s\".",
		       r->input.path);
}

/* The hosts to speak of. */
static const struct host_list *chosen(const struct run *r)
{
	return r->named.count ? &r->named : &r->targets;
}

/* "198.51.100.20", or "3 hosts, the first of them 198.51.100.20". */
static void write_hosts(const struct run *r, const struct host_list *hosts, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	if (hosts->count > 1) {
		phrase_count(out, hosts->count);
		buf_puts(out, " hosts, the first of them ");
	}
	buf_puts(out, addr_text(&ledger_host(r->input.ledger, hosts->items[0])->addr, text));
}

static int find_targets(struct run *r)
{
	const struct ledger *l = r->input.ledger;
	uint32_t count = ledger_host_count(l);

	r->targets.items = malloc((count + 1) * sizeof(*r->targets.items));
	if (!r->targets.items)
		return no_memory(r);
	for (uint32_t i = 0; i < count; i++) {
		if (verdict_is_target(l, i))
			r->targets.items[r->targets.count++] = i;
	}
	if (r->targets.count)
		return 0;
	return err_set(&r->err, -ENOENT,
		       "\"%s\" shows no scan: none of its %llu frames is a probe (TCP SYN, bare "
		       "ACK, FIN and kin, UDP datagram, SCTP INIT, echo, timestamp or ARP "
		       "request, neighbour solicitation)",
		       r->input.path, (unsigned long long)r->input.frames);
}

static int add_named(struct run *r, uint32_t host)
{
	struct host_list *n = &r->named;
	uint32_t *grown;

	for (size_t i = 0; i < n->count; i++) {
		if (n->items[i] == host)
			return 0;
	}
	grown = realloc(n->items, (n->count + 1) * sizeof(*grown));
	if (!grown)
		return no_memory(r);
	n->items = grown;
	n->items[n->count++] = host;
	return 0;
}

/* Adds what each scanner found of this address to the hosts named; what: how the user wrote it. */
static int name_host(struct run *r, const struct addr *addr, const char *what)
{
	uint32_t host = ledger_find_host(r->input.ledger, addr);
	struct buf probed = {0};
	int code = 0;

	if (host == EVENT_NONE) {
		write_hosts(r, &r->targets, &probed);
		err_set(&r->err, -ENOENT, "host %s was not probed in this capture; it probed %s",
			what, buf_text(&probed));
		buf_done(&probed);
		return -ENOENT;
	}
	for (; host != EVENT_NONE && !code; host = ledger_find_alike(r->input.ledger, host))
		code = add_named(r, host);
	return code;
}

/* Names every probed host that the capture calls so. -ENODATA: it calls none so. */
static int name_by_record(struct run *r, const char *name)
{
	const struct inventory *v = capture_inventory(r->input.capture);
	int result = -ENODATA;

	for (size_t i = 0; i < v->name_count && (!result || result == -ENODATA); i++) {
		if (strcasecmp(v->names[i].name, name))
			continue;
		if (ledger_find_host(r->input.ledger, &v->names[i].address) != EVENT_NONE)
			result = name_host(r, &v->names[i].address, name);
	}
	return result;
}

/* Takes "/udp" and kin off the end of a list of ports; false when two of them disagree. */
static bool take_protocol(struct run *r, char *list)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", "ip"};
	char *slash = strrchr(list, '/');

	for (size_t i = 0; slash && i < COUNT(protocols); i++) {
		if (strcasecmp(slash + 1, protocols[i]))
			continue;
		if (r->protocol && r->protocol != protocols[i])
			return false;
		r->protocol = protocols[i];
		*slash = '\0';
		return true;
	}
	return true;
}

static int add_ports(struct run *r, const char *operand)
{
	struct service_table *names = service_table_new(NULL, 0);
	struct port_spec *spec = calloc(1, sizeof(*spec));
	int code = -ENOMEM;

	if (names && spec)
		code = port_parse(operand, 1u << SERVICE_TCP, names, spec, &r->err);
	else
		no_memory(r);
	if (!code)
		port_set_unite(&r->ports, &spec->of[SERVICE_TCP]);
	else if (code == -EINVAL && isalpha((unsigned char)*operand))
		err_set(&r->err, code,
			"\"%s\" is no file, no host of this capture and no port; give a capture "
			"file first, then hosts, then ports as in 22,80-90",
			operand);
	free(spec);
	service_table_free(names);
	return code;
}

/* An operand behind the file: host or ports. */
static int take_operand(struct run *r, const char *operand)
{
	struct addr addr;
	char *list;
	int code;

	if (addr_parse(operand, &addr))
		return name_host(r, &addr, operand);
	code = name_by_record(r, operand);
	if (code != -ENODATA)
		return code;
	list = strdup(operand);
	if (!list)
		return no_memory(r);
	if (!take_protocol(r, list))
		code = err_set(&r->err, -EINVAL, "name ports of one protocol at a time: \"%s\"",
			       operand);
	else if (strchr(list, '/'))
		code = err_set(&r->err, -EINVAL, "only the first operand can be a file: \"%s\"",
			       operand);
	else
		code = add_ports(r, list);
	free(list);
	return code;
}

/* What to do for each pair of host and port that was asked for and probed. */
typedef void pair_fn(struct run *r, uint32_t host, const struct port_verdict *v);

/* The pairs of one host by one kind of probe. */
static int each_of_kind(struct run *r, uint32_t host, enum probe_kind kind, pair_fn *fn)
{
	const struct ledger *l = r->input.ledger;
	uint32_t count = verdict_all_by(l, host, kind, 0, NULL);
	struct port_verdict *v;

	if (!count)
		return 0;
	v = malloc(count * sizeof(*v));
	if (!v)
		return no_memory(r);
	verdict_all_by(l, host, kind, count, v);
	for (uint32_t p = 0; p < count; p++) {
		if (port_set_has(&r->ports, v[p].port) &&
		    (r->state < 0 || (int)v[p].state == r->state))
			fn(r, host, &v[p]);
	}
	free(v);
	return 0;
}

static int each_pair(struct run *r, pair_fn *fn)
{
	const struct host_list *hosts = chosen(r);
	int code = 0;

	for (size_t i = 0; i < hosts->count; i++) {
		for (int kind = 0; kind < PROBE_KINDS && !code; kind++) {
			const char *protocol = probe_kind_protocol(kind);

			if (protocol && (!r->protocol || !strcmp(protocol, r->protocol)))
				code = each_of_kind(r, hosts->items[i], kind, fn);
		}
	}
	return code;
}

static void count_pair(struct run *r, uint32_t host, const struct port_verdict *v)
{
	(void)host;
	r->verdicts++;
	if (!port_set_has(&r->found, v->port))
		port_set_add(&r->found, v->port, v->port);
}

static void write_full(struct run *r, uint32_t host, const struct port_verdict *v)
{
	if (r->out.len)
		buf_putc(&r->out, '\n');
	explain_port(r->explain, host, v->kind, v->port, &r->out);
}

static void write_line(struct run *r, uint32_t host, const struct port_verdict *v)
{
	char text[ADDR_TEXT_MAX];

	if (r->verdicts++ >= LINES_MAX)
		return;
	if (chosen(r)->count > 1)
		buf_printf(&r->out, "%-16s ",
			   addr_text(&ledger_host(r->input.ledger, host)->addr, text));
	explain_port_line(r->explain, host, v->kind, v->port, &r->out);
}

/* Appends a set of ports, cut at a comma when it is long. */
static void write_ports(struct buf *out, const struct port_set *ports)
{
	struct buf all = {0};
	const char *text;
	size_t len;

	port_set_print(ports, &all);
	text = buf_text(&all);
	len = strlen(text);
	if (len > PORT_LIST_SHOWN) {
		for (len = PORT_LIST_SHOWN; len && text[len] != ','; len--)
			;
		buf_add(out, text, len);
		buf_puts(out, ",...");
	} else {
		buf_puts(out, text);
	}
	buf_done(&all);
}

/* All ports that were probed of the chosen hosts. */
static int probed_ports(struct run *r, struct port_set *ret_ports)
{
	struct port_set asked = r->ports;
	int code, state = r->state;

	r->state = -1;

	port_set_add(&r->ports, 0, PORT_MAX);
	code = each_pair(r, count_pair);
	*ret_ports = r->found;
	r->ports = asked;
	r->state = state;
	return code;
}

/* One sentence on the ports that were asked for and not probed, into r->err. */
static int say_missing(struct run *r)
{
	struct port_set missing = r->ports, probed;
	struct buf text = {0};
	int code;

	port_set_subtract(&missing, &r->found);
	code = probed_ports(r, &probed);
	if (code)
		return code;
	buf_puts(&text, missing.count == 1 ? "port " : "ports ");
	write_ports(&text, &missing);
	buf_printf(&text, "/%s %s", r->protocol ? r->protocol : "tcp",
		   missing.count == 1 ? "was" : "were");
	buf_puts(&text, " not probed in this capture; it probed ");
	if (probed.count) {
		phrase_count(&text, probed.count);
		buf_puts(&text, probed.count == 1 ? " port of " : " ports of ");
	} else {
		buf_printf(&text, "no %s port of ",
			   !r->protocol || !strcmp(r->protocol, "tcp") ? "TCP" : r->protocol);
	}
	write_hosts(r, chosen(r), &text);
	if (probed.count) {
		buf_puts(&text, ": ");
		write_ports(&text, &probed);
	}
	err_set(&r->err, -ENOENT, "%s", buf_text(&text));
	buf_done(&text);
	return -ENOENT;
}

/* Writes everything into out; done twice (evidence/explain.h). */
static int write_all(struct run *r)
{
	const struct host_list *hosts = chosen(r);
	int code = 0;

	buf_clear(&r->out);
	if (r->phases || r->unexpected) {
		explain_file(r->explain, &r->out);
		if (r->phases)
			explain_phases(r->explain, &r->out);
		if (r->unexpected)
			explain_unexpected(r->explain, &r->out);
		return 0;
	}
	if (r->ports.count && r->state < 0 && r->verdicts <= FULL_PORTS_MAX)
		return each_pair(r, write_full);
	if (r->ports.count) {
		r->verdicts = 0;
		code = each_pair(r, write_line);
		if (r->verdicts > LINES_MAX)
			buf_printf(&r->out, "and %zu more\n", r->verdicts - LINES_MAX);
		if (!r->verdicts)
			buf_printf(&r->out, "No port is %s.\n", port_state_name(r->state));
		return code;
	}
	explain_file(r->explain, &r->out);
	if (hosts->count > PARAGRAPHS_MAX) {
		explain_hosts(r->explain, hosts->items, hosts->count, TABLE_MAX, &r->out);
		return 0;
	}
	for (size_t i = 0; i < hosts->count; i++) {
		if (i)
			buf_putc(&r->out, '\n');
		explain_host(r->explain, hosts->items[i], &r->out);
	}
	return 0;
}

static const char *name_of(void *user, const struct addr *addr)
{
	return inventory_name(user, addr, 0);
}

/* True when the targets were scanned from more than one address of one family. */
static bool has_many_scanners(const struct run *r)
{
	const struct ledger *l = r->input.ledger;
	const struct addr *first[2] = {NULL, NULL};

	for (size_t i = 0; i < r->targets.count; i++) {
		const struct addr *source = &ledger_host(l, r->targets.items[i])->source;
		const struct addr **known = &first[source->family == 4];

		if (addr_is_link_local(source))
			continue; /* neighbour discovery of a scanner that has another one */
		if (*known && !addr_equal(*known, source))
			return true;
		*known = source;
	}
	return false;
}

static int explain(struct run *r)
{
	struct explain_capture about = {
		.file = r->file,
		.frames = r->input.frames,
		.first_frame = r->input.first_frame,
		.last_frame = r->input.last_frame,
		.dropped = explain_input_dropped(&r->input),
		.many_scanners = has_many_scanners(r),
		.name = name_of,
		.user = (void *)(uintptr_t)capture_inventory(r->input.capture),
	};
	int code;

	r->explain = explain_new(r->input.ledger, &about);
	if (!r->explain)
		return no_memory(r);
	code = write_all(r);
	if (!code)
		code = explain_input_summaries(&r->input, r->explain, &r->err);
	if (!code)
		code = write_all(r);
	if (!code && (r->out.failed || explain_failed(r->explain)))
		code = no_memory(r);
	return code;
}

/* Reads, resolves the operands and writes. Partly missing ports are said and cost nothing else. */
static int run(struct run *r, char *const operands[], size_t count)
{
	size_t at = count && is_file(operands[0]) ? 1 : 0;
	int code;

	r->file = at ? operands[0] : NULL;
	code = read_input(r);
	if (!code)
		code = find_targets(r);
	for (; at < count && !code; at++)
		code = take_operand(r, operands[at]);
	if (!code && r->state >= 0 && !r->ports.count)
		port_set_add(&r->ports, 0, PORT_MAX);
	else if (!code && r->ports.count)
		code = each_pair(r, count_pair);
	if (!code && r->state < 0 && r->found.count < r->ports.count) {
		size_t verdicts = r->verdicts;

		code = say_missing(r);
		r->verdicts = verdicts;
		if (code == -ENOENT && verdicts) {
			fprintf(stderr, "sonde: %s\n", r->err.text);
			code = 0;
		}
	}
	return code ? code : explain(r);
}

static void done(struct run *r)
{
	explain_free(r->explain);
	explain_input_done(&r->input);
	free(r->targets.items);
	free(r->named.items);
	buf_done(&r->last);
	buf_done(&r->out);
	free(r);
}

/* What is in the capture beside the scan. */
static void write_others(const struct explain_input *in, struct buf *out)
{
	if (in->unrelated)
		buf_printf(out, "%" PRIu64 " of the %" PRIu64 " frames are no part of the scan.\n",
			   in->unrelated, in->frames);
	if (in->traffic)
		buf_printf(out,
			   "%" PRIu64 " of the %" PRIu64
			   " frames are other traffic with hosts that "
			   "were probed.\n",
			   in->traffic, in->frames);
}

int explain_capture(int fd, const char *path, bool is_last, struct buf *out, struct err *err)
{
	struct run *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(err, -ENOMEM, "there is no memory left to explain anything.");
	r->file = is_last ? NULL : path;
	r->state = -1;
	code = explain_input_read_fd(&r->input, fd, path, &r->err);
	if (!code)
		code = find_targets(r);
	if (!code)
		code = explain(r);
	if (code)
		*err = r->err;
	else
		buf_add(out, r->out.data, r->out.len);
	if (!code)
		write_others(&r->input, out);
	done(r);
	return code;
}

/* Reads --state. 0 or -EINVAL. */
static int take_state(struct run *r, const char *name)
{
	for (int state = 0; name && state < PORT_STATES; state++) {
		if (!strcasecmp(name, port_state_name(state)))
			r->state = state;
	}
	if (!name || r->state >= 0)
		return 0;
	return err_set(&r->err, -EINVAL,
		       "\"%s\" is no state of a port; use open, closed, filtered, unfiltered, "
		       "open|filtered or undecided",
		       name);
}

/* Runs with parsed options; an exit status. */
static int run_with(const struct explain_options *options)
{
	struct run *r = calloc(1, sizeof(*r));
	int status = STATUS_USAGE;

	if (!r) {
		fputs("sonde: there is no memory left to explain anything.\n", stderr);
		return STATUS_FAILED;
	}
	r->state = -1;
	r->phases = options->phases;
	r->unexpected = options->unexpected;
	if (take_state(r, options->state) ||
	    run(r, (char *const *)options->operands.items, options->operands.count)) {
		fprintf(stderr, "sonde: %s\n", r->err.text);
	} else {
		fwrite(r->out.data, 1, r->out.len, stdout);
		status = STATUS_OK;
	}
	if (r->input.damaged) {
		fprintf(stderr, "sonde: %s\n", r->input.damage.text);
		status = STATUS_FAILED;
	}
	if (fflush(stdout) && status == STATUS_OK) {
		fprintf(stderr, "sonde: the explanation could not be written: %s.\n",
			strerror(errno));
		status = STATUS_FAILED;
	}
	done(r);
	return status;
}

int command_explain(int argc, char *const argv[])
{
	struct explain_options options = {0};
	struct err err = {0};
	struct buf help = {0};
	int status = STATUS_OK;

	if (option_parse(&explain_option_table, argc, argv, &options, &err)) {
		fprintf(stderr, "sonde: %s\n", err.text);
		status = STATUS_USAGE;
	} else if (options.help) {
		option_help(&explain_option_table, &help);
		fwrite(help.data, 1, help.len, stdout);
	} else {
		status = run_with(&options);
	}
	buf_done(&help);
	option_done(&explain_option_table, &options);
	return status;
}
