using Rubato.Tensors.Autograd;
using Rubato.Tensors.Tests.Operations;

namespace Rubato.Tensors.Tests.Autograd;

/// <summary>Attention with gradients to all operands, the mask among them.</summary>
[Collection(nameof(Alone))]
public sealed class AttentionRuleTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 3, 2, "", false)]
    [InlineData(2, 3, 7, 5, 4, 6, "", true)]
    [InlineData(2, 2, 6, 9, 5, 5, "9", false)]
    [InlineData(2, 2, 6, 9, 8, 3, "6 9", false)]
    [InlineData(2, 3, 5, 5, 8, 8, "3 1 5", true)]
    [InlineData(3, 2, 4, 7, 3, 4, "3 1 1 7", false)]
    [InlineData(2, 2, 17, 33, 16, 24, "2 2 17 33", false)]
    public void Gradients_are_the_slope_in_float64(
        int batch, int heads, int queries, int keys, int depth, int valueDepth, string mask, bool causal)
    {
        const double Step = 1e-5;
        var random = new TorchCpuGenerator(5);
        List<Shape> shapes = [[batch, queries, heads * depth], [batch, keys, heads * depth], [batch, keys, heads * valueDepth]];
        if (mask.Length > 0) shapes.Add(Shape.Create([.. mask.Split(' ').Select(int.Parse)]));
        Tensor[] operands = [.. shapes.Select(Normal)], directions = [.. shapes.Select(Normal)];
        Tensor outputs = Normal([batch, queries, heads * valueDepth]);

        Parameter[] parameters = [.. operands.Select((x, i) => new Parameter($"operand {i}", x.Clone()))];
        using (Tape tape = Tape.Begin())
        {
            tape.Backward(Attention.Forward(parameters[0].Value, parameters[1].Value, parameters[2].Value, heads,
                parameters.ElementAtOrDefault(3)?.Value, causal, scale: 0.7), outputs);
        }

        double want = (Along(Step) - Along(-Step)) / (2 * Step), got = parameters.Zip(directions, (p, d) => p.Gradient.Dot(d)).Sum();
        // Thirty roundings of the largest element in every element of every gradient.
        double limit = parameters.Zip(directions, (p, d) => p.Gradient.ToArray().Max(Math.Abs) * d.ToArray().Sum(Math.Abs)).Sum() * 30 / (1 << 24);
        Assert.True(Math.Abs(got - want) <= limit, $"{got} is more than {limit} from {want}.");

        double Along(double by)
        {
            Twin[] t = [.. operands.Select((x, i) => Twin.Of(x).Moved(directions[i], by))];
            Twin y = Forward(t[0], t[1], t[2], heads, t.ElementAtOrDefault(3), causal);
            return y.Values.Zip(outputs.ToArray(), (value, weight) => value * weight).Sum();
        }

        Tensor Normal(Shape shape)
        {
            Tensor tensor = Tensor.Empty(shape);
            random.RandN(tensor.AsSpan());
            return tensor;
        }
    }

    /// <summary>The definition, with the scale 0.7.</summary>
    private static Twin Forward(Twin q, Twin k, Twin v, int heads, Twin? mask, bool causal)
    {
        int keys = k.Shape[1], depth = q.Shape[2] / heads, valueDepth = v.Shape[2] / heads;
        Twin weights = Twin.Build([q.Shape[0], heads, q.Shape[1], keys], i => causal && i[3] > i[2] ? 0 : Math.Exp(Masked(i)
            + 0.7 * Enumerable.Range(0, depth).Sum(c => q[i[0], i[2], i[1] * depth + c] * k[i[0], i[3], i[1] * depth + c])));
        return Twin.Build([q.Shape[0], q.Shape[1], heads * valueDepth], i =>
        {
            double total = 0, sum = 0;
            for (int j = 0; j < keys; j++)
            {
                double weight = weights[i[0], i[2] / valueDepth, i[1], j];
                (total, sum) = (total + weight, sum + weight * v[i[0], j, i[2]]);
            }

            return sum / total;
        });

        double Masked(int[] i) => mask is null ? 0
            : mask[[.. mask.Shape.Select((length, axis) => Math.Min(i[axis + 4 - mask.Shape.Length], length - 1))]];
    }
}
