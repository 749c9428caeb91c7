// SPDX-License-Identifier: Apache-2.0
// Cuts the text of a display filter into tokens.
//
// Words are greedy: letters, digits, '_', '.', ':' and '-' (behind the first character), so that
// addresses, dates and field names are one token each; two dots end a word, for ranges. A '/' and
// digits belong to a word only behind an address.
#include "packet/dfilter_lex.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct keyword {
	const char *text;
	uint8_t kind;
	uint8_t op;
	bool all;
};

static const struct keyword words[] = {
	{"eq", TOKEN_COMPARE, COMPARE_EQ, false},
	{"any_eq", TOKEN_COMPARE, COMPARE_EQ, false},
	{"all_eq", TOKEN_COMPARE, COMPARE_EQ, true},
	{"ne", TOKEN_COMPARE, COMPARE_NE, true},
	{"all_ne", TOKEN_COMPARE, COMPARE_NE, true},
	{"any_ne", TOKEN_COMPARE, COMPARE_NE, false},
	{"gt", TOKEN_COMPARE, COMPARE_GT, false},
	{"lt", TOKEN_COMPARE, COMPARE_LT, false},
	{"ge", TOKEN_COMPARE, COMPARE_GE, false},
	{"le", TOKEN_COMPARE, COMPARE_LE, false},
	{"contains", TOKEN_COMPARE, COMPARE_CONTAINS, false},
	{"matches", TOKEN_COMPARE, COMPARE_MATCHES, false},
	{"in", TOKEN_IN, 0, false},
	{"bitwise_and", TOKEN_SIGN, 0, false},
	{"not", TOKEN_NOT, 0, false},
	{"and", TOKEN_AND, 0, false},
	{"or", TOKEN_OR, 0, false},
	{"any", TOKEN_ANY, 0, false},
	{"all", TOKEN_ALL, 0, false},
};

/* Longer ones first. */
static const struct keyword signs[] = {
	{"===", TOKEN_COMPARE, COMPARE_EQ, true},
	{"!==", TOKEN_COMPARE, COMPARE_NE, false},
	{"==", TOKEN_COMPARE, COMPARE_EQ, false},
	{"!=", TOKEN_COMPARE, COMPARE_NE, true},
	{"~=", TOKEN_COMPARE, COMPARE_NE, false},
	{">=", TOKEN_COMPARE, COMPARE_GE, false},
	{"<=", TOKEN_COMPARE, COMPARE_LE, false},
	{"&&", TOKEN_AND, 0, false},
	{"||", TOKEN_OR, 0, false},
	{"..", TOKEN_DOTDOT, 0, false},
	{">", TOKEN_COMPARE, COMPARE_GT, false},
	{"<", TOKEN_COMPARE, COMPARE_LT, false},
	{"~", TOKEN_COMPARE, COMPARE_MATCHES, false},
	{"!", TOKEN_NOT, 0, false},
};

static int peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->len ? (unsigned char)l->text[l->at + ahead] : -1;
}

/* What a backslash begins; 0 on success. */
static int read_escape(struct lexer *l, char *out, uint32_t *len)
{
	static const char letters[] = "\"\\'abfnrtv", values[] = "\"\\'\a\b\f\n\r\t\v";
	size_t at = l->at;
	int c = peek(l, 1);
	const char *simple = c > 0 ? strchr(letters, c) : NULL;
	unsigned value = 0, digits = 0;

	if (simple) {
		out[(*len)++] = values[simple - letters];
		l->at += 2;
		return 0;
	}
	if (c == 'x') {
		for (l->at += 2; digits < 2 && isxdigit(peek(l, 0)); digits++, l->at++) {
			int d = tolower(peek(l, 0));

			value = value * 16 + (unsigned)(isdigit(d) ? d - '0' : d - 'a' + 10);
		}
	} else {
		for (l->at += 1; digits < 3 && peek(l, 0) >= '0' && peek(l, 0) <= '7';
		     digits++, l->at++)
			value = value * 8 + (unsigned)(peek(l, 0) - '0');
	}
	if (digits == 0 || value > 255)
		return filter_error(l->error, (struct span) {at, 2},
				    "\\%c is not a valid character escape sequence.",
				    isprint(c) ? c : ' ');
	out[(*len)++] = (char)value;
	return 0;
}

/* \uNNNN and \UNNNNNNNN, as UTF-8; what has a shorter way to be written is refused (C11). */
static int read_universal(struct lexer *l, char *out, uint32_t *len)
{
	unsigned digits = peek(l, 1) == 'u' ? 4 : 8;
	struct span span = {l->at, digits + 2};
	uint32_t c = 0;

	l->at += 2;
	for (; digits && isxdigit(peek(l, 0)); digits--, l->at++) {
		int d = tolower(peek(l, 0));

		c = c * 16 + (uint32_t)(isdigit(d) ? d - '0' : d - 'a' + 10);
	}
	if (digits || (c < 0xa0 && c != '$' && c != '@' && c != '`') ||
	    (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return filter_error(l->error, span,
				    "This is not a valid universal character name.");
	if (c < 0x80) {
		out[(*len)++] = (char)c;
		return 0;
	}
	if (c >= 0x10000)
		out[(*len)++] = (char)(0xf0 | c >> 18);
	if (c >= 0x800)
		out[(*len)++] = (char)((c >= 0x10000 ? 0x80 : 0xe0) |
				       (c >> 12 & (c >= 0x10000 ? 0x3f : 0x0f)));
	out[(*len)++] = (char)((c >= 0x800 ? 0x80 : 0xc0) | (c >> 6 & (c >= 0x800 ? 0x3f : 0x1f)));
	out[(*len)++] = (char)(0x80 | (c & 0x3f));
	return 0;
}

/* From behind the opening quote to behind the closing one. */
static int read_quoted(struct lexer *l, char quote, bool raw, struct token *t)
{
	size_t room = l->len - l->at + 1;
	const char *end = memchr(l->text + l->at, quote, l->len - l->at);
	char *out;
	int rc = 0;

	while (end && end > l->text + l->at &&
	       end[-1] == '\\') /* at least that long, perhaps more */
		end = memchr(end + 1, quote, (size_t)(l->text + l->len - end - 1));
	if (end)
		room = (size_t)(end - l->text) - l->at + 1;
	out = filter_alloc(l->filter, room + 1);
	if (!out)
		return filter_error(l->error, t->span, "There is no memory for this text.");
	t->text = out;
	while (peek(l, 0) >= 0 && peek(l, 0) != quote && t->text_len < room && rc == 0) {
		if (peek(l, 0) != '\\') {
			out[t->text_len++] = l->text[l->at++];
		} else if (raw) {
			/* A raw backslash keeps its quote from ending the text, and stays. */
			out[t->text_len++] = l->text[l->at++];
			if (peek(l, 0) == quote)
				out[t->text_len++] = l->text[l->at++];
		} else if (peek(l, 1) == 'u' || peek(l, 1) == 'U') {
			rc = read_universal(l, out, &t->text_len);
		} else if (quote == '"' && peek(l, 1) > 0 &&
			   strchr("dDsSwW.()[]{}+*^$|", peek(l, 1))) {
			rc = filter_error(l->error, (struct span) {l->at, 2},
					  "\\%c is not a valid character escape sequence; write "
					  "regular expressions as r\"...\".",
					  peek(l, 1));
		} else {
			rc = read_escape(l, out, &t->text_len);
		}
	}
	if (rc)
		return rc;
	if (peek(l, 0) != quote)
		return filter_error(
			l->error, (struct span) {l->len ? l->len - 1 : 0, 1},
			quote == '"' ? "The final quote was missing from a quoted string."
				     : "The final quote was missing from a character constant.");
	l->at++;
	t->span.len = l->at - t->span.at;
	return 0;
}

static int read_char(struct lexer *l, struct token *t)
{
	bool letter = peek(l, 1) == '\\' && peek(l, 2) != 'x' && !isdigit(peek(l, 2)) &&
		      peek(l, 2) != '\\' && peek(l, 2) != '\'';
	int rc;

	l->at++;
	t->kind = TOKEN_CHAR;
	rc = read_quoted(l, '\'', false, t);
	if (rc)
		return rc;
	if (t->text_len == 0)
		return filter_error(l->error, t->span, "Empty character constant.");
	if (t->text_len > 1 || letter) /* 4.0 takes no \n and kin here */
		return filter_error(
			l->error, t->span, "%.*s is too long to be a valid character constant.",
			(int)(t->span.len < 60 ? t->span.len : 60), l->text + t->span.at);
	return 0;
}

/* ${field} */
static int read_reference(struct lexer *l, struct token *t)
{
	const char *end = memchr(l->text + l->at, '}', l->len - l->at);

	if (!end)
		return filter_error(l->error, (struct span) {l->at, l->len - l->at},
				    "The right brace was missing from a reference.");
	t->kind = TOKEN_REFERENCE;
	t->text = l->text + l->at + 2;
	t->text_len = (uint32_t)(end - t->text);
	l->at = (size_t)(end - l->text) + 1;
	t->span.len = l->at - t->span.at;
	return 0;
}

static bool in_word(int c)
{
	return c > 0 && (isalnum(c) || strchr("_.-", c));
}

static bool in_address(int c)
{
	return c > 0 && (isxdigit(c) || c == ':' || c == '.');
}

static bool is_address(const char *text, size_t len)
{
	size_t dots = 0;

	if (memchr(text, ':', len))
		return true;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.')
			dots++;
		else if (!isdigit((unsigned char)text[i]))
			return false;
	}
	return dots == 3;
}

/* How many bytes from here belong to `in`; two dots end it, one at its end is none of it. */
static size_t run_length(const struct lexer *l, bool (*in)(int c))
{
	size_t len = 0;

	while (in(peek(l, len)) && !(peek(l, len) == '.' && peek(l, len + 1) == '.'))
		len++;
	while (len > 1 && l->text[l->at + len - 1] == '.')
		len--;
	return len;
}

/* Colons belong to a word only where it is hexadecimal throughout: a MAC, an IPv6 address. */
static size_t word_length(const struct lexer *l)
{
	size_t plain = run_length(l, in_word);
	size_t address = run_length(l, in_address);

	return address > plain ? address : plain;
}

static void read_word(struct lexer *l, struct token *t)
{
	size_t start = l->at;

	t->kind = TOKEN_WORD;
	l->at += word_length(l);
	if (peek(l, 0) == '/' && isdigit(peek(l, 1)) &&
	    is_address(l->text + start, l->at - start)) {
		l->at++;
		while (isalnum(peek(l, 0)))
			l->at++;
	}
	t->text = l->text + start;
	t->text_len = (uint32_t)(l->at - start);
	t->span.len = l->at - start;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].text) == t->text_len &&
		    !memcmp(words[i].text, t->text, t->text_len)) {
			t->kind = words[i].kind;
			t->op = words[i].op;
			t->all = words[i].all;
			t->sign = words[i].kind == TOKEN_SIGN ? '&' : 0;
		}
	}
}

static void read_sign(struct lexer *l, struct token *t)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t len = strlen(signs[i].text);

		if (l->len - l->at >= len && !memcmp(l->text + l->at, signs[i].text, len)) {
			t->kind = signs[i].kind;
			t->op = signs[i].op;
			t->all = signs[i].all;
			t->span.len = len;
			l->at += len;
			return;
		}
	}
	t->span.len = 1;
	t->sign = l->text[l->at++];
	t->kind = t->sign && strchr("(){}[],#+-*/%&", t->sign) ? TOKEN_SIGN : TOKEN_UNKNOWN;
}

int lex_next(struct lexer *l, struct token *ret_token)
{
	int c;

	while (peek(l, 0) == ' ' || peek(l, 0) == '\t' || peek(l, 0) == '\n' || peek(l, 0) == '\r')
		l->at++;
	*ret_token = (struct token) {.kind = TOKEN_END, .span = {l->at, 0}};
	c = peek(l, 0);
	if (c < 0)
		return 0;
	if (c == '"' || ((c == 'r' || c == 'R') && peek(l, 1) == '"')) {
		ret_token->kind = TOKEN_STRING;
		l->at += c == '"' ? 1 : 2;
		return read_quoted(l, '"', c != '"', ret_token);
	}
	if (c == '\'')
		return read_char(l, ret_token);
	if (c == '$' && peek(l, 1) == '{')
		return read_reference(l, ret_token);
	if ((c == ':' || (c != '-' && in_word(c))) && !(c == '.' && !isalnum(peek(l, 1))))
		read_word(l, ret_token);
	else
		read_sign(l, ret_token);
	return 0;
}

int lex_slice(struct lexer *l, struct span *ret_span)
{
	const char *end = memchr(l->text + l->at, ']', l->len - l->at);

	if (!end)
		return filter_error(l->error, (struct span) {l->at, l->len - l->at},
				    "The right bracket was missing from a slice.");
	*ret_span = (struct span) {l->at, (size_t)(end - l->text) - l->at};
	l->at = (size_t)(end - l->text) + 1;
	return 0;
}
