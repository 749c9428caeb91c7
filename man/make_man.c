// SPDX-License-Identifier: Apache-2.0
// Writes the manual pages and the bash completion from the commands' option rows.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/option.h"
#include "command/command.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct page {
	const char *command;     /* its name in the table of commands */
	const char *description; /* troff */
	const char *status;      /* troff; NULL: as most commands */
} pages[] = {
	{"scan",
	 "Finds out which of the targets are up, probes their ports (TCP with SYN segments, unless\n"
	 "-s says otherwise) and prints each port's state in the words of Nmap. Every packet of\n"
	 "the scan, name look-ups and address resolution included, goes into a capture file, each\n"
	 "with a comment on what it means.\n"
	 ".PP\n"
	 "A TARGET is an address, a network (192.0.2.0/24), octet ranges (192.0.2.1-20) or a name.\n"
	 ".PP\n"
	 "Without CAP_NET_RAW the kernel's connect() is used instead, and nothing is recorded; all\n"
	 "scan types but -sT, and the discovery probes that -P chooses, need that capability.\n"
	 ".PP\n"
	 "UDP probes carry a question in the port's own protocol where we know one; a port with\n"
	 "more than one protocol is asked in each, try after try. A silent UDP port is\n"
	 "open|filtered: no program has to answer what it does not understand.\n"
	 ".PP\n"
	 "Scan only what you are allowed to scan.\n"},
	{"explain",
	 "Reads a capture file of a scan, by sonde or by any other scanner, and says of each port\n"
	 "that is asked for: its state, the rule by which that follows with the standard it stands\n"
	 "in, and the frames that decided it. Of a silent port: the probes, how long each was\n"
	 "waited for, and what shows that the path was alive meanwhile. Without FILE the last scan\n"
	 "is explained.\n"
	 ".PP\n"
	 "Without HOST and PORT the whole scan is told on one screen, with the two or three\n"
	 "findings most worth knowing. --ladder draws the exchange with a port; --compare holds\n"
	 "the scanner's own report against the packets; --json writes all of it as one document,\n"
	 "whose schema is in docs/EXPLAIN.md.\n",
	 ".TP\n"
	 "0\n"
	 "Explained; with --compare: nothing differs.\n"
	 ".TP\n"
	 "1\n"
	 "The capture or the report is damaged and its good part explained, or the report differs\n"
	 "from the packets.\n"
	 ".TP\n"
	 "2\n"
	 "Wrong options, hosts, ports or files; nothing was explained.\n"},
	{"read",
	 "Lists the packets of a capture file, pcap or pcapng, plain or packed by gzip or zstd, in\n"
	 "the columns and words of Wireshark; as trees with -V; as chosen fields, JSON or EK with\n"
	 "-T; and only those that match a display filter with -Y.\n"},
	{"capture",
	 "Takes every frame that passes an interface. Without -w the packets are listed as\n"
	 "sonde-read(1) lists a file; with -w they are written, and a table on the terminal says\n"
	 "what kinds come in, how many a second, and whether the kernel dropped any. With both -w\n"
	 "and -P or -Y all are written and those that match are listed. A FILTER behind the\n"
	 "options is in the language of pcap-filter(7).\n"
	 ".PP\n"
	 "All rights are given up before the first frame is looked at; files of -b are opened by a\n"
	 "process of their own. The SSH session one sits in is left out unless --keep-ssh is\n"
	 "given.\n",
	 ".TP\n"
	 "0\n"
	 "Stopped as asked, by Ctrl-C too.\n"
	 ".TP\n"
	 "1\n"
	 "Something could not be written, or the interface was removed.\n"
	 ".TP\n"
	 "2\n"
	 "Wrong options, interfaces, filters or files; nothing was captured.\n"},
	{"watch",
	 "Captures, runs COMMAND, stops when it has ended and late answers have come, and prints\n"
	 "on standard error what sonde-explain(1) says of the capture. The interfaces are those\n"
	 "that lead to the addresses in the command; when a word of it may be a name, or targets\n"
	 "come from a file, all interfaces. The capture is ready before the command starts. The\n"
	 "command has the terminal and the rights that sonde was started with; sonde gives up its\n"
	 "own. Ctrl-C is the command's; SIGTERM is passed on to it.\n",
	 ".TP\n"
	 "N\n"
	 "That of the command; 128 and the signal's number when one ended it.\n"
	 ".TP\n"
	 "127\n"
	 "The command was not found.\n"
	 ".TP\n"
	 "126\n"
	 "The command could not be run.\n"
	 ".TP\n"
	 "2\n"
	 "Wrong options, interfaces or files; nothing was run.\n"
	 ".TP\n"
	 "3\n"
	 "Stopped by a signal while the command would not end.\n"},
};

static const char usual_status[] =
	".TP\n0\nAll was done.\n"
	".TP\n1\nThe work was done in part: a file is damaged or could not be "
	"written whole, or sending failed.\n"
	".TP\n2\nWrong options, targets or files; nothing, or not all, was done.\n"
	".TP\n3\nStopped by Ctrl-C or a signal; what is known was printed.\n";

static const char overview_summary[] =
	"scan ports, keep every packet, and say which packets decided each verdict";

static const char overview[] =
	".SH SYNOPSIS\n.B sonde\n.I COMMAND\n[\\fIoptions\\fR]\n.br\n"
	".B sonde \\-\\-help\n|\n.B \\-\\-version\n"
	".SH DESCRIPTION\n"
	"Scans the ports of hosts in Nmap's option letters and words, keeps every packet of the\n"
	"scan in a pcapng file, and explains each verdict by the packets that decided it. It also\n"
	"reads and captures packets by itself, and explains what other scanners did.\n"
	".PP\n"
	"Scan only what you are allowed to scan.\n"
	".SH COMMANDS\n"
	"Each has a manual page and \\fB\\-\\-help\\fR.\n";

static const struct page *page_of(const struct command *command)
{
	const struct page *page = pages;

	while (page < pages + COUNT(pages) && strcmp(page->command, command->name) != 0)
		page++;
	return page < pages + COUNT(pages) ? page : NULL;
}

/* The sections that all pages end with. */
static void write_ending(const char *name, struct buf *out)
{
	const char *between = "";

	buf_puts(out, ".SH FILES\n.TP\n$XDG_STATE_HOME/sonde/last.pcapng\n"
		      "The capture of the last scan, else ~/.local/state/sonde/last.pcapng; under "
		      "sudo the invoking user's.\n"
		      ".SH SEE ALSO\n");
	if (name) {
		buf_puts(out, ".BR sonde (1)");
		between = ",\n";
	}
	for (const struct command *c = commands; c->name; c++) {
		if (name && !strcmp(c->name, name))
			continue;
		buf_printf(out, "%s.BR sonde\\-%s (1)", between, c->name);
		between = ",\n";
	}
	buf_putc(out, '\n');
}

/* sonde(1): what the program is for, and its commands. */
static void write_overview(void)
{
	struct buf out = {0};

	buf_printf(&out, ".TH SONDE 1 \"\" \"sonde %s\" \"User Commands\"\n", SONDE_VERSION);
	buf_printf(&out, ".SH NAME\nsonde \\- %s\n%s", overview_summary, overview);
	for (const struct command *c = commands; c->name; c++)
		buf_printf(&out, ".TP\n.BR sonde\\-%s (1)\n%s\n", c->name, c->summary);
	buf_printf(&out, ".SH EXIT STATUS\n%s", usual_status);
	write_ending(NULL, &out);
	fputs(buf_text(&out), stdout);
	buf_done(&out);
}

static void write_page(const struct command *command, const struct page *page)
{
	const struct option_table *options = command->options;
	struct buf out = {0};

	buf_printf(&out, ".TH SONDE-%s 1 \"\" \"sonde %s\" \"User Commands\"\n", command->name,
		   SONDE_VERSION);
	buf_printf(&out, ".SH NAME\nsonde-%s \\- %s\n", command->name, command->summary);
	buf_printf(&out, ".SH SYNOPSIS\n.B sonde %s\n%s\n", command->name, options->synopsis);
	buf_printf(&out, ".SH DESCRIPTION\n%s.SH OPTIONS\n", page->description);
	option_man(options, &out);
	buf_printf(&out, ".SH EXIT STATUS\n%s", page->status ? page->status : usual_status);
	write_ending(command->name, &out);
	fputs(buf_text(&out), stdout);
	buf_done(&out);
}

static void write_completion(void)
{
	struct buf out = {0};

	puts("# bash completion for sonde, made from its option rows by man/make_man.c\n"
	     "_sonde() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} words\n"
	     "\tcase ${COMP_WORDS[1]} in");
	for (const struct command *c = commands; c->name; c++) {
		buf_clear(&out);
		option_words(c->options, &out);
		for (char *at = out.data; at && *at; at++)
			*at = *at == '\n' ? ' ' : *at;
		printf("\t%s) words=\"%s\" ;;\n", c->name, buf_text(&out));
	}
	fputs("\t*) words=\"", stdout);
	for (const struct command *c = commands; c->name; c++)
		printf("%s ", c->name);
	puts("--help --version\" ;;\n"
	     "\tesac\n"
	     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
	     "}\n"
	     "complete -F _sonde sonde");
	buf_done(&out);
}

int main(int argc, char *argv[])
{
	if (argc == 2 && !strcmp(argv[1], "completion")) {
		write_completion();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "man")) {
		write_overview();
		return 0;
	}
	for (const struct command *c = commands; argc == 3 && c->name; c++) {
		if (strcmp(argv[1], "man") != 0 || strcmp(argv[2], c->name) != 0 || !page_of(c))
			continue;
		write_page(c, page_of(c));
		return 0;
	}
	fputs("usage: make-man man [COMMAND] | make-man completion\n", stderr);
	return 2;
}
