// SPDX-License-Identifier: Apache-2.0
/* One-sentence errors for the lab's programs. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

int fail_set(struct fail *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	return -1;
}
