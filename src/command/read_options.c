// SPDX-License-Identifier: Apache-2.0
// What the user may ask `sonde read` for: one row an option.
#include "command/read_options.h"

#include <stddef.h>

#include "command/command.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(name)  offsetof(struct read_options, name)

static const struct option_row rows[] = {
	{.heading = "What to show",
	 .letters = "V",
	 .help = "Show each packet as a tree of its fields.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(tree)},
	{.letters = "O",
	 .argument = "PROTOCOLS",
	 .help = "Show the tree, with details only of these comma-separated protocols.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(only)},
	{.letters = "x",
	 .help = "Show the bytes of each packet, below its tree with -V; in colour those of the "
		 "protocols of -O and of the fields of -Y stand out.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(bytes)},
	{.name = "ranges",
	 .help = "Show in the tree which bytes each line stands for, as a filter names them: "
		 "frame[22:1].",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(ranges)},
	{.letters = "Y",
	 .argument = "FILTER",
	 .help = "Show only packets that match this display filter, in Wireshark's language.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(filter)},
	{.name = "capture-filter",
	 .argument = "FILTER",
	 .help = "Read only packets that pass this capture filter, in tcpdump's language (tcpdump's "
		 "and tshark's -f); what they are numbered stays.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(capture_filter)},
	{.letters = "c",
	 .argument = "N",
	 .help = "Stop after N packets.",
	 .unit = "packets",
	 .kind = OPTION_NUMBER,
	 .offset = FIELD(count),
	 .min = 1},
	{.letters = "2",
	 .help = "Read the file twice, so that what only its end tells is known from the start: "
		 "which frame answers a request, how complete a conversation becomes.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(two_passes)},
	{.name = "follow",
	 .letters = "f",
	 .help = "Wait for more at the end of a file that grows, as tail -f does, until Ctrl-C.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(follow)},
	{.heading = "How to show it",
	 .letters = "t",
	 .argument = "STYLE",
	 .help = "Show times as r (since the first packet), a (time of day), ad (with the date), "
		 "adoy (with the day of the year), d (since the packet before), dd (since the one "
		 "shown before), e (since 1970), u, ud or udoy (as a, ad and adoy, in UTC); .3 "
		 "behind it (ad.3) for three digits.",
	 .initial = "r",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(time)},
	{.name = "columns",
	 .argument = "NAMES",
	 .help = "Show these columns, by commas: number, time, source, destination, protocol, "
		 "length, info, srcport, dstport, stream, ttl, hwsrc, hwdst, relative, delta, "
		 "delta-shown, clock, date, utc, epoch, comment, interface, direction, about (the "
		 "packet that an ICMP error is about), or any field.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(columns)},
	{.name = "strict",
	 .help = "Show the list in Wireshark's words only: without the packet that an ICMP error "
		 "is about.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(strict)},
	{.letters = "n",
	 .help = "Show addresses and ports as numbers, which is the default.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(no_names)},
	{.letters = "N",
	 .argument = "LETTERS",
	 .help = "Show names in the list: n for addresses, by the capture's own name records and "
		 "/etc/hosts, t for ports. No name server is asked. -n wins.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(names)},
	{.name = "color",
	 .argument = "WHEN",
	 .help = "Colour the list by Wireshark's rules: auto (on a terminal, unless NO_COLOR is "
		 "set), always or never.",
	 .initial = "auto",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(color)},
	{.letters = "T",
	 .argument = "FORMAT",
	 .help = "Write text, fields (those of -e), json (with -x the bytes of each field, too), ek, "
		 "tabs (the list between tabs), psml (the list as XML) or pdml (the trees as XML).",
	 .initial = "text",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(format)},
	{.letters = "e",
	 .argument = "FIELD",
	 .help = "Show this field with -T fields, in the order given.",
	 .kind = OPTION_LIST,
	 .offset = FIELD(fields)},
	{.letters = "E",
	 .argument = "SETTING",
	 .help = "Set separator=C, aggregator=C, occurrence=f, l or a, quote=d, s or n, header=y, "
		 "bom=y for -T fields.",
	 .kind = OPTION_LIST,
	 .offset = FIELD(setting)},
	{.heading = "What to count",
	 .letters = "z",
	 .argument = "STATISTIC",
	 .help = "Count instead of showing packets (-P, -V, -O, -x or -T shows them too): io,phs, "
		 "conv,TYPE, endpoints,TYPE, io,stat,SECONDS, plen,tree, expert or flow,TYPE, each "
		 "with a display filter behind a comma if need be. May be given again; -z help "
		 "lists all.",
	 .kind = OPTION_LIST,
	 .offset = FIELD(statistics)},
	{.letters = "q",
	 .help = "Show no packets, which is how it is with -z anyway.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(quiet)},
	{.name = "json",
	 .help = "Write the statistics as one JSON object.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(json)},
	{.heading = "What to write",
	 .letters = "w",
	 .argument = "FILE",
	 .help = "Write the packets that match as a pcapng file (- is standard output), with "
		 "comments, names, interfaces and statistics as they were; show none unless -P, -V, "
		 "-O, -x or -T asks for it.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(write)},
	{.letters = "F",
	 .argument = "FORMAT",
	 .help = "Write with -w a pcapng file, or a pcap file, which holds one link type and no "
		 "comments.",
	 .initial = "pcapng",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(write_format)},
	{.letters = "P",
	 .help = "Show the line of the list too: with -w or -z, or before the tree of -V.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(print)},
	{.name = "repair",
	 .help = "Write with -w what is good of a damaged or cut file and say what was lost; this "
		 "is then no failure. The damaged file stays as it is.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(repair)},
	{.heading = "Other",
	 .name = "fields",
	 .help = "List the fields there are and leave.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(list_fields)},
	{.name = "help",
	 .letters = "h",
	 .help = "Print this help.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(help)},
};

const struct option_table read_option_table = {
	.command = "sonde read",
	.synopsis = "[options] FILE",
	.summary = "Show the packets of a capture file (pcap or pcapng, plain, gzip or zstd; - is "
		   "standard input) as Wireshark does. Exit status: 0 read whole, 1 the file is "
		   "damaged and its good part shown, or the output could not be written, 2 nothing "
		   "to read or a wrong option, 3 stopped by Ctrl-C with -f or -w, all files "
		   "whole.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = FIELD(operands),
};
