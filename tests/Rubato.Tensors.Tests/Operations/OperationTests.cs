using System.Runtime.InteropServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Tests.Operations;

/// <summary>What every operation promises, at every size of every list of cases.</summary>
public sealed class OperationTests
{
    private static readonly Dictionary<string, Operation> Cases = new Operation[][]
    {
        [.. ElementwiseCases.All], [.. ProductCases.All], [.. NormalisationCases.All], [.. LayoutCases.All],
        [.. ResamplingCases.All], [.. ReductionCases.All],
    }.SelectMany(list => list).ToDictionary(operation => operation.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_float64_on_every_kernel_set(string name)
    {
        Operation operation = Cases[name];
        Tensor[] operands = operation.Operands();
        Twin want = operation.Reference([.. operands.Select(Twin.Of)]);
        double limit = operation.Tolerance * want.Values.Max(Math.Abs);
        foreach (KernelSet set in Machine.Sets)
        {
            Tensor got = Machine.On(set, 2, () => operation.Forward(operands));
            Assert.Equal(Shape.Create(want.Shape), got.Shape);
            double error = got.ToArray().Zip(want.Values, (g, w) => Math.Abs(g - w)).Max();
            Assert.True(error <= limit, $"{set.Name}: {error} is more than {limit}.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_do_not_depend_on_kernel_set_and_threads(string name)
    {
        Operation operation = Cases[name];
        Tensor[] operands = operation.Operands();
        Dictionary<bool, int[]> first = [];
        foreach (KernelSet set in Machine.Sets)
        {
            foreach (int threads in (int[])[1, 2])
            {
                int[] bits = Bits(Machine.On(set, threads, () => operation.Forward(operands)));
                if (!first.TryAdd(set.Fused, bits)) Assert.Equal(first[set.Fused], bits);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_alone_has_the_bits_that_it_has_at_its_place_in_a_batch(string name)
    {
        Operation operation = Cases[name];
        Tensor[] operands = operation.Operands();
        int samples = operation.Samples.Length;
        Tensor batch = operation.Forward(operands);
        for (int n = 0; n < operation.Samples[0][0]; n++)
        {
            Tensor alone = operation.Forward([.. operands.Select((x, i) => i < samples ? x.Rows(n, 1).Clone() : x)]);
            Assert.Equal(Bits(batch.Rows(n, 1)), Bits(alone));
        }
    }

    /// <summary>
    /// The slope of a random sum of the results, along a random direction of all operands: a wrong element of any
    /// gradient changes it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slope_in_float64_with_the_same_bits_on_every_set_and_number_of_threads(string name)
    {
        const double Step = 1e-5;
        Operation operation = Cases[name];
        Tensor[] operands = operation.Operands();
        int differentiable = operation.Differentiable ?? operands.Length;
        Tensor[] directions = [.. operands.Take(differentiable).Select((x, i) => Random(x.Shape, (ulong)i))];
        Tensor outputs = Random(operation.Forward(operands).Shape, seed: 99);
        double near = Slope(Step), far = Slope(2 * Step), slope = (4 * near - far) / 3;
        Dictionary<bool, int[][]> first = [];
        foreach (KernelSet set in Machine.Sets)
        {
            foreach (int threads in (int[])[1, 2])
            {
                Tensor[] gradients = Machine.On(set, threads, () => Gradients(operation, operands, differentiable, outputs));
                int[][] bits = [.. gradients.Select(Bits)];
                if (!first.TryAdd(set.Fused, bits))
                {
                    Assert.Equal(first[set.Fused], bits);
                    continue;
                }

                double got = gradients.Zip(directions, (g, d) => g.Dot(d)).Sum();
                double limit = gradients.Zip(directions, (g, d) => g.Abs().Max().AsSpan()[0] * d.ToArray().Sum(Math.Abs)).Sum()
                    * (operation.Roundings + 16) / (1 << 24) + Math.Abs(near - far);
                Assert.True(Math.Abs(got - slope) <= limit, $"{set.Name}: {got} is more than {limit} from {slope}.");
            }
        }

        double Slope(double step) => (Along(step) - Along(-step)) / (2 * step);

        double Along(double by)
        {
            Twin y = operation.Reference([.. operands.Select((x, i) => i < differentiable ? Twin.Of(x).Moved(directions[i], by) : Twin.Of(x))]);
            return y.Values.Zip(outputs.ToArray(), (value, weight) => value * weight).Sum();
        }
    }

    private static Tensor[] Gradients(Operation operation, Tensor[] operands, int differentiable, Tensor outputs)
    {
        Parameter[] parameters = [.. operands.Take(differentiable).Select((x, i) => new Parameter($"operand {i}", x.Clone()))];
        using Tape tape = Tape.Begin();
        Tensor y = operation.Forward([.. parameters.Select(parameter => parameter.Value), .. operands[differentiable..]]);
        tape.Backward(y, outputs);
        return [.. parameters.Select(parameter => parameter.Gradient)];
    }

    private static Tensor Random(Shape shape, ulong seed)
    {
        Tensor tensor = Tensor.Empty(shape);
        new TorchCpuGenerator(seed).RandN(tensor.AsSpan());
        return tensor;
    }

    private static int[] Bits(Tensor x) => MemoryMarshal.Cast<float, int>(x.AsSpan()).ToArray();
}
