// SPDX-License-Identifier: Apache-2.0
// The command line as a shell would read it again.
#include "command/command_line.h"

#include <string.h>

void command_line_text(const char *command, int argc, char *const argv[], struct buf *out)
{
	buf_puts(out, command);
	for (int i = 0; i < argc; i++) {
		bool plain = *argv[i] && !argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789-_=+,./:@%[]")];

		buf_putc(out, ' ');
		if (plain) {
			buf_puts(out, argv[i]);
			continue;
		}
		buf_putc(out, '\'');
		for (const char *c = argv[i]; *c; c++)
			buf_puts(out, *c == '\'' ? "'\\''" : (const char[]) {*c, '\0'});
		buf_putc(out, '\'');
	}
}
