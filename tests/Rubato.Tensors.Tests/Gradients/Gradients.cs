using System.Runtime.InteropServices;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Tests.Operations;

namespace Rubato.Tensors.Tests.Gradients;

/// <summary>What every backward kernel promises: the numbers of float64, and the same bits on any set and number of threads.</summary>
internal static class Gradients
{
    private const double Unit = 1.0 / (1 << 24);   // half the distance from 1 to the next float32

    /// <summary>Runs a kernel on every set and on one and two threads.</summary>
    /// <param name="run">The kernel; it may answer with several gradients.</param>
    /// <param name="want">The same in float64.</param>
    /// <param name="roundings">Roundings in a row on the way to an element, as a part of the greatest element.</param>
    public static void Agree(Func<Tensor[]> run, Twin[] want, double roundings)
    {
        Dictionary<bool, int[][]> first = [];
        foreach (KernelSet set in Machine.Sets)
        {
            foreach (int threads in (int[])[1, 2])
            {
                Tensor[] got = Machine.On(set, threads, run);
                Assert.Equal(want.Length, got.Length);
                for (int i = 0; i < got.Length; i++) AssertClose(want[i], got[i], roundings, $"gradient {i} on {set.Name}");
                int[][] bits = [.. got.Select(g => MemoryMarshal.Cast<float, int>(g.AsSpan()).ToArray())];
                if (!first.TryAdd(set.Fused, bits)) Assert.Equal(first[set.Fused], bits);
            }
        }
    }

    /// <summary>Normally distributed numbers.</summary>
    public static Tensor Normal(ulong seed, params ReadOnlySpan<int> shape)
    {
        Tensor tensor = Tensor.Empty(Shape.Create(shape));
        new TorchCpuGenerator(seed).RandN(tensor.AsSpan());
        return tensor;
    }

    /// <summary>Sum of a term over indices.</summary>
    public static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += term(i);
        return sum;
    }

    private static void AssertClose(Twin want, Tensor got, double roundings, string what)
    {
        Assert.Equal(Shape.Create(want.Shape), got.Shape);
        double limit = roundings * Unit * want.Values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        double error = got.ToArray().Zip(want.Values, (g, w) => Math.Abs(g - w)).DefaultIfEmpty(0).Max();
        Assert.True(error <= limit, $"{what}: {error} is more than {limit}.");
    }
}
