// SPDX-License-Identifier: Apache-2.0
// The option rows of `sonde explain`.
#include "command/explain_options.h"

#include "command/command.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(name)  offsetof(struct explain_options, name)

static const struct option_row rows[] = {
	{.name = "help",
	 .letters = "h",
	 .help = "Show this help.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(help)},
	{.name = "phases",
	 .help = "Show what the scanner did one after the other: look-ups, discovery, ports by "
		 "rounds, and what its kernel did by itself.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(phases)},
	{.name = "unexpected",
	 .help = "Show what nobody asked for: answers that prove nothing or contradict each other, "
		 "limits, middleboxes, strangers; each with its frames.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(unexpected)},
	{.name = "compare",
	 .argument = "REPORT",
	 .help = "Hold what the scanner itself reported against the packets: nmap's XML, masscan's "
		 "XML, JSON or list, zmap's CSV. The exit status is 1 when they differ.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(compare)},
	{.name = "json",
	 .help = "Write one JSON document with everything that is known; docs/EXPLAIN.md has its "
		 "schema. Hosts, ports and --state choose whose ports are in it.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(json)},
	{.name = "ladder",
	 .argument = "PORT",
	 .help = "Draw the exchange with this port, one arrow a frame: when, what, what it meant.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(ladder)},
	{.name = "state",
	 .argument = "STATE",
	 .help = "List the ports in this state, one a line: open, closed, filtered, unfiltered, "
		 "open|filtered or undecided.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(state)},
};

const struct option_table explain_option_table = {
	.command = "sonde explain",
	.synopsis = "[FILE] [HOST...] [PORT...]",
	.summary =
		"Says why each port or host is in its state: the rule and the packets that "
		"decided it. FILE is a pcap or pcapng capture of a scan, by default that of "
		"the last scan; HOST an address or a name in it; PORT as in 22,80-90 or 53/udp. Exit "
		"status: 0 explained, 1 the capture is damaged and its good part explained, or "
		"a report differs from it (--compare), 2 nothing to explain.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = FIELD(operands),
};
