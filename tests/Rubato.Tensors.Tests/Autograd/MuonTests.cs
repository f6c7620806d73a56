using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Tests.Autograd;

public sealed class MuonTests
{
    [Theory]
    [InlineData(6, 6)]
    [InlineData(4, 9)]
    [InlineData(9, 4)]
    public void A_step_turns_the_gradient_into_directions_of_equal_weight(int rows, int columns)
    {
        // A gradient sum of s_i u_i v_i^T with known u_i, v_i: unit vectors, so that its directions can be read off.
        int rank = Math.Min(rows, columns);
        var parameter = new Parameter("w", Tensor.Zeros([rows, columns]));
        for (int i = 0; i < rank; i++) parameter.Gradient.AsSpan()[i * columns + i] = (i + 1) * (i % 2 == 0 ? 1 : -1);
        new Muon([parameter], new MuonOptions { WeightDecay = 0 }).Step(rate: 0.5);

        double length = 0.5 * 0.2 * Math.Sqrt(Math.Max(rows, columns));
        for (int i = 0; i < rows * columns; i++)
        {
            double moved = -parameter.Value.AsSpan()[i] / length;
            if (i / columns != i % columns) Assert.Equal(0, moved, 1e-5);
            else Assert.InRange(moved * (i % columns % 2 == 0 ? 1 : -1), 0.5, 1.3);   // what Newton and Schulz promise
        }
    }

    [Fact]
    public void The_length_of_a_gradient_changes_no_step_and_decay_shrinks_what_was_there()
    {
        float[] Weights(double scale)
        {
            var parameter = new Parameter("w", Tensor.Full([3, 2, 2], 1));
            new NoiseStream(4, NoisePurpose.Start).Normal(parameter.Gradient.AsSpan());
            var muon = new Muon([parameter], new MuonOptions { WeightDecay = 0.5 });
            muon.Step(rate: 0, scale);
            Assert.All(parameter.Value.ToArray(), value => Assert.Equal(1, value));
            muon.Step(rate: 0.1, scale);
            return parameter.Value.ToArray();
        }

        float[] whole = Weights(1), small = Weights(0.1);
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], small[i], 1e-5);
        // The steps of a random gradient have no mean to speak of: 0.95 is left of the ones.
        Assert.Equal(0.95, whole.Average(), 0.2 * 0.1 * 2);
    }

    [Fact]
    public void Vectors_are_refused()
        => Assert.Throws<ArgumentException>(() => new Muon([new Parameter("b", Tensor.Zeros([3]))], new MuonOptions()));
}
