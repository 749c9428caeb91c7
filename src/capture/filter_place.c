// SPDX-License-Identifier: Apache-2.0
// Finds where a capture filter goes wrong, which libpcap does not say.
//
// Theory of operation. Some of libpcap's messages quote the word at fault; that word is looked up
// in the text. The others say "syntax error" and no more. Then the text is tried from its first
// word on, one more word at a time: as long as a beginning can be completed to a filter that
// compiles, its words are right, and the first word after which no completion helps is the one at
// fault. Completions are short pieces that can follow an unfinished filter, with the parentheses
// that are still open closed behind them. Names are never completed, so that nothing is looked up
// in the DNS; and what libpcap looks up itself it has looked up already.
#include "capture/filter_place.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#define TEXT_MAX   4096 /* longer filters are not searched */
#define WORDS_MAX  256
#define SNAP       262144
#define OPEN_MAX   32
#define HEX_DIGITS "0123456789abcdefABCDEF"

/* What an unfinished filter may go on with. */
static const char *const endings[] = {
	"",
	" tcp",
	" 1",
	" port 1",
	" host 1.2.3.4",
	" 1.2.3.4",
	" 1:2:3:4:5:6",
	" ::1",
	" 0] = 0",
	"] = 0",
	" = 0",
	" 0 = 0",
	" 1-2",
	" proto 1",
	" net 1.2.3.0/24",
	" mask 255.0.0.0",
	" broadcast",
};

#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

struct word {
	size_t at;
	size_t len;
};

/* One of the operators of pcap-filter(7) that may stand without blanks around it. */
static size_t operator_len(const char *at)
{
	static const char *const two[] = {"&&", "||", "!=", "==", ">=", "<=", "<<", ">>"};

	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (!strncmp(at, two[i], 2))
			return 2;
	return strchr("()[]!<>=&|+*/%^", *at) ? 1 : 0;
}

static size_t split(const char *text, struct word words[static WORDS_MAX])
{
	size_t at = 0, count = 0;

	while (text[at] && count < WORDS_MAX) {
		size_t len = operator_len(text + at);

		if (isspace((unsigned char)text[at])) {
			at++;
			continue;
		}
		while (!len || (text[at + len] && !isspace((unsigned char)text[at + len]) &&
				!operator_len(text + at) && !operator_len(text + at + len)))
			len++;
		words[count++] = (struct word) {at, len};
		at += len;
	}
	return count;
}

static bool compiles(pcap_t *pcap, const char *text)
{
	struct bpf_program program;

	if (pcap_compile(pcap, &program, text, 0, PCAP_NETMASK_UNKNOWN))
		return false;
	pcap_freecode(&program);
	return true;
}

/* Whether some completion makes a filter of the first len bytes. */
static bool can_go_on(pcap_t *pcap, const char *text, size_t len)
{
	char whole[TEXT_MAX + 64];
	int open = 0;

	for (size_t i = 0; i < len; i++)
		open += (text[i] == '(') - (text[i] == ')');
	if (open < 0 || open > OPEN_MAX)
		return false;
	for (size_t i = 0; i < ENDINGS; i++) {
		int used = snprintf(whole, sizeof(whole), "%.*s%s", (int)len, text, endings[i]);

		for (int o = 0; o < open; o++)
			whole[used + o] = ')';
		whole[used + open] = '\0';
		if (compiles(pcap, whole))
			return true;
	}
	return false;
}

/* The word that a message quotes, or the number it names, where the text has it. */
static bool quoted_place(const char *text, const char *message, size_t *ret_at, size_t *ret_len)
{
	char word[TEXT_MAX];
	const char *from = strpbrk(message, "'\""), *found = NULL;
	size_t len = from ? strcspn(from + 1, "'\"") : 0;

	if (!len) {
		from = strpbrk(message, "0123456789");
		len = from ? strspn(from, "0123456789.:/") : 0;
		from = from ? from - 1 : NULL;
	}
	if (!len || len >= sizeof(word))
		return false;
	memcpy(word, from + 1, len);
	word[len] = '\0';
	found = strstr(text, word);
	if (!found)
		return false;
	/* of an address with a part too few, only the beginning was named */
	while (found[len - 1] == ':' && isxdigit((unsigned char)found[len]))
		len += strspn(found + len, HEX_DIGITS);
	*ret_at = (size_t)(found - text);
	*ret_len = len;
	return true;
}

void filter_place(const char *text, int dlt, const char *message, size_t *ret_at, size_t *ret_len)
{
	struct word words[WORDS_MAX];
	size_t count;
	pcap_t *pcap;

	*ret_at = strlen(text);
	*ret_len = 0;
	if (!strstr(message, "syntax error") && quoted_place(text, message, ret_at, ret_len))
		return;
	if (strlen(text) >= TEXT_MAX - OPEN_MAX)
		return;
	pcap = pcap_open_dead(dlt, SNAP);
	count = pcap ? split(text, words) : 0;
	for (size_t i = 0; i < count; i++) {
		if (can_go_on(pcap, text, words[i].at + words[i].len))
			continue;
		*ret_at = words[i].at;
		*ret_len = words[i].len;
		break;
	}
	if (pcap)
		pcap_close(pcap);
}
