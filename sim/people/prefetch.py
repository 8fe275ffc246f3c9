"""Tell the processor which person comes soon: visits meet people at random in memory, and a miss costs more than a visit."""

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing import signature
from numba.extending import intrinsic

AHEAD = 12
"""How many people ahead; assumption: about what fits between a request to memory and its answer."""


@intrinsic
def _fetch(typingctx, array, index):
    def generate(context, builder, sig, args):
        kind = sig.args[0]
        struct = context.make_array(kind)(context, builder, args[0])
        pointer = cgutils.get_item_pointer(context, builder, kind, struct, [args[1]])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        form = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        call = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0")
        builder.call(call, [builder.bitcast(pointer, byte), word(1), word(3), word(1)])
        return context.get_dummy_value()

    return signature(types.none, array, types.intp), generate


if numba.config.DISABLE_JIT:

    def prefetch(array, index):
        """Nothing: plain Python has no say over the processor's cache."""

else:
    prefetch = _fetch
