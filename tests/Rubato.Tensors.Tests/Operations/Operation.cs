namespace Rubato.Tensors.Tests.Operations;

/// <summary>One operation at one size: what it is given, and what it should answer.</summary>
/// <param name="Name">For people.</param>
/// <param name="Samples">Shapes of the operands whose first axis is the batch.</param>
/// <param name="Weights">Shapes of the operands that all samples share.</param>
/// <param name="Forward">The operation, on samples and weights in this order.</param>
/// <param name="Reference">The same in float64.</param>
internal sealed record Operation(
    string Name, Shape[] Samples, Shape[] Weights, Func<Tensor[], Tensor> Forward, Func<Twin[], Twin> Reference)
{
    private const double Unit = 1.0 / (1 << 24);   // half the distance from 1 to the next float32

    /// <summary>Roundings in a row on the way to an element; 0 where the result is exact.</summary>
    public double Roundings { get; init; } = 4;

    /// <summary>Mean of the operands, whose deviation is 1.</summary>
    public double Mean { get; init; }

    /// <summary>Operands, counted from the first, that the operation has gradients for; null: all.</summary>
    public int? Differentiable { get; init; }

    /// <summary>Most that a result may differ, as a part of the greatest element.</summary>
    public double Tolerance => Roundings * Unit;

    public Tensor[] Operands()
    {
        var random = new Random(20);
        return [.. Samples.Concat(Weights).Select(shape =>
        {
            float[] values = new float[shape.Elements];
            for (int i = 0; i < values.Length; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                values[i] = (float)(Mean + radius * Math.Cos(2 * Math.PI * random.NextDouble()));
            }

            return Tensor.From(values, shape);
        })];
    }

    public override string ToString() => $"{Name} of {string.Join(", ", Samples.Concat(Weights))}";
}
