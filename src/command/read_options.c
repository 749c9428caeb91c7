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
	 .help = "Show the bytes of each packet.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(bytes)},
	{.letters = "Y",
	 .argument = "FILTER",
	 .help = "Show only packets that match this display filter, in Wireshark's language.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(filter)},
	{.letters = "c",
	 .argument = "N",
	 .help = "Stop after N packets.",
	 .unit = "packets",
	 .kind = OPTION_NUMBER,
	 .offset = FIELD(count),
	 .min = 1},
	{.heading = "How to show it",
	 .letters = "t",
	 .argument = "STYLE",
	 .help = "Show times as r (since the first packet), a (time of day), ad (with the date), "
		 "d (since the packet before), dd (since the one shown before), e (since 1970), "
		 "u or ud (as a and ad, in UTC).",
	 .initial = "r",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(time)},
	{.letters = "n",
	 .help = "Show addresses and ports as numbers, which is the default.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(no_names)},
	{.letters = "T",
	 .argument = "FORMAT",
	 .help = "Write text, fields (those of -e), json or ek.",
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
	 .help = "Set separator=C, aggregator=C, occurrence=f, l or a, quote=d, s or n, header=y "
		 "for -T fields.",
	 .kind = OPTION_LIST,
	 .offset = FIELD(setting)},
	{.name = "fields",
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
		   "damaged and its good part shown, 2 nothing to read.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = FIELD(operands),
};
