// The names that the page colours by their text, with the classes of Pygments.
//
// They are those of its lexer for Python, so that a program has the same colours in the
// editor and outside it; a test compares them.
const WORDS = {
  nb: `
    __import__ abs aiter all any bin bool breakpoint bytearray bytes callable chr
    classmethod compile complex delattr dict dir divmod enumerate eval filter float
    format frozendict frozenset getattr globals hasattr hash hex id input int isinstance
    issubclass iter len list locals map max memoryview min next object oct open ord pow
    print property range repr reversed round sentinel set setattr slice sorted
    staticmethod str sum super tuple type vars zip
  `,
  bp: `
    Ellipsis NotImplemented cls self
  `,
  ne: `
    ArithmeticError AssertionError AttributeError BaseException BlockingIOError
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError
    ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning
    EOFError EncodingWarning EnvironmentError Exception FileExistsError
    FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError
    ImportWarning IndentationError IndexError InterruptedError IsADirectoryError
    KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
    NotADirectoryError NotImplementedError OSError OverflowError
    PendingDeprecationWarning PermissionError ProcessLookupError RecursionError
    ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration
    StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError
    TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
    UnicodeTranslateError UnicodeWarning UserWarning VMSError ValueError Warning
    WindowsError ZeroDivisionError
  `,
  fm: `
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __and__ __anext__ __await__ __bool__
    __bytes__ __call__ __complex__ __contains__ __del__ __delattr__ __delete__
    __delitem__ __dir__ __divmod__ __enter__ __eq__ __exit__ __float__ __floordiv__
    __format__ __ge__ __get__ __getattr__ __getattribute__ __getitem__ __gt__ __hash__
    __iadd__ __iand__ __ifloordiv__ __ilshift__ __imatmul__ __imod__ __imul__ __index__
    __init__ __instancecheck__ __int__ __invert__ __ior__ __ipow__ __irshift__ __isub__
    __iter__ __itruediv__ __ixor__ __le__ __len__ __length_hint__ __lshift__ __lt__
    __matmul__ __missing__ __mod__ __mul__ __ne__ __neg__ __new__ __next__ __or__
    __pos__ __pow__ __prepare__ __radd__ __rand__ __rdivmod__ __repr__ __reversed__
    __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__
    __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __set__ __setattr__
    __setitem__ __str__ __sub__ __subclasscheck__ __truediv__ __xor__
  `,
  vm: `
    __annotations__ __bases__ __class__ __closure__ __code__ __defaults__ __dict__
    __doc__ __file__ __func__ __globals__ __kwdefaults__ __module__ __mro__ __name__
    __objclass__ __qualname__ __self__ __slots__ __weakref__
  `,
};

/** The class of a name; undefined for a name as any other. */
export const CLASS_OF = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) =>
    words.trim().split(/\s+/).map((word) => [word, kind]),
  ),
);
