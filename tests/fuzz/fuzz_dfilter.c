// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any text is compiled as a display filter and, when it is one, run on a fixed tree
// and on a fixed frame.
#include <stdint.h>
#include <stdlib.h>

#include "dfilter_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dispatch dispatch;
	struct frame frame = {.id = 1,
			      .link = LINK_ETHERNET,
			      .captured_len = sizeof(test_frame),
			      .wire_len = sizeof(test_frame),
			      .bytes = test_frame};
	struct dfilter_error error;
	struct dfilter *f;
	struct buf text = {0};

	if (dfilter_compile_names((const char *)data, size, &test_names, &f, &error)) {
		dfilter_error_write(&text, (const char *)data, size, &error);
		if (error.err.text[0] == '\0' || error.at > size)
			abort();
		buf_done(&text);
		return 0;
	}
	dfilter_matches(f, test_dissection());
	dfilter_quick(f, &frame, &dispatch);
	dfilter_free(f);
	return 0;
}
