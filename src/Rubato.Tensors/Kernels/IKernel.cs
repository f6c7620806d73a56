namespace Rubato.Tensors.Kernels;

/// <summary>
/// An operation's inner loops with their operands: a struct, so that each kernel set compiles them for its own width.
/// </summary>
internal interface IKernel
{
    /// <summary>
    /// Does the units <paramref name="begin"/> to <paramref name="end"/> (exclusive). Units are independent: which
    /// thread does which must not change a bit.
    /// </summary>
    void Run<TSimd>(int begin, int end)
        where TSimd : struct, ISimd<TSimd>;
}
