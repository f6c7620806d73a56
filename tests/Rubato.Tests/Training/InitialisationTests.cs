using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class InitialisationTests
{
    private static readonly ParameterSet Parameters = Fill(new TrainingArchitecture { Channels = [32, 64], Attention = [2] }
        .For(TinyTraining.Pictures()), seed: 3);

    [Theory]
    [InlineData("conv_in.weight", 27)]
    [InlineData("conv_in.bias", 27)]
    [InlineData("down_blocks.1.resnets.0.conv1.weight", 288)]
    [InlineData("down_blocks.1.resnets.0.conv1.bias", 288)]
    [InlineData("mid_block.attentions.0.to_q.weight", 64)]
    [InlineData("time_embedding.linear_1.weight", 32)]
    public void Layers_begin_evenly_spread_within_the_root_of_their_inputs(string name, int inputs)
    {
        float[] values = Parameters[name].Value.ToArray();
        double bound = 1 / Math.Sqrt(inputs);

        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        // The mean square of a uniform number is bound^2 / 3, with a standard deviation of 2 / sqrt(45) bound^2.
        double deviation = 5 * 2 / Math.Sqrt(45) * bound * bound / Math.Sqrt(values.Length);
        Assert.Equal(bound * bound / 3, values.Average(value => (double)value * value), deviation);
    }

    [Theory]
    [InlineData("down_blocks.0.resnets.0.conv2.weight", 0)]
    [InlineData("up_blocks.1.resnets.1.conv2.bias", 0)]
    [InlineData("mid_block.attentions.0.to_out.0.weight", 0)]
    [InlineData("conv_out.weight", 0)]
    [InlineData("conv_norm_out.weight", 1)]
    [InlineData("conv_norm_out.bias", 0)]
    public void Residual_branches_the_output_and_norms_begin_as_if_they_were_not_there(string name, float expected)
        => Assert.All(Parameters[name].Value.ToArray(), value => Assert.Equal(expected, value));

    [Fact]
    public void Classes_begin_normal_and_small()
    {
        float[] values = Parameters["class_embedding.weight"].Value.ToArray();
        Assert.Equal(0.01, values.Average(value => (double)value * value), 5 * 0.01 * Math.Sqrt(2.0 / values.Length));
    }

    [Fact]
    public void A_tensor_depends_on_seed_name_and_shape_alone()
    {
        ParameterSet more = Fill(new TrainingArchitecture { Channels = [32, 64], Attention = [2], Layers = 2 }.For(TinyTraining.Pictures()), 3);
        ParameterSet other = Fill(new TrainingArchitecture { Channels = [32, 64], Attention = [2] }.For(TinyTraining.Pictures()), 4);

        Assert.Equal(Parameters["conv_in.weight"].Value.ToArray(), more["conv_in.weight"].Value.ToArray());
        Assert.NotEqual(Parameters["conv_in.weight"].Value.ToArray(), other["conv_in.weight"].Value.ToArray());
    }

    private static ParameterSet Fill(UNet2DOptions architecture, long seed)
    {
        var parameters = new ParameterSet();
        _ = new UNet2DModel(new Weights(parameters), architecture);
        Initialisation.Fill(parameters, seed);
        return parameters;
    }
}
