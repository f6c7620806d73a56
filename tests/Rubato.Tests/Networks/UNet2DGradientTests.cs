using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Tests.Networks;

/// <summary>The gradients of whole networks, against central differences of their outputs.</summary>
public sealed class UNet2DGradientTests
{
    [Theory]
    [InlineData("unet2d-class-scaleshift-resnet")]
    [InlineData("unet2d-ncsnpp-fourier")]
    public void Every_parameter_s_gradient_is_the_slope_of_the_output(string name)
    {
        (UNet2DModel network, Parameter[] parameters) = Load(name);
        var noise = new NoiseStream(seed: 3, NoisePurpose.Start);
        Tensor x = Normal([2, 3, 8, 8], noise);
        Tensor direction = Normal(x.Shape, noise);
        using (Tape tape = Tape.Begin()) tape.Backward(Evaluate(network, x), direction);
        // Float32 outputs of some three hundred roundings, 17 of one sign, summed with random signs; three deviations of the
        // difference of two. A bias of keys moves no output at all: the quotient of its differences is rounding alone.
        double rounding = 3 * 17 / Math.Sqrt(2) * Math.Pow(2, -24) * Evaluate(network, x).Norm();

        foreach (Parameter parameter in parameters)
        {
            Tensor step = Normal(parameter.Value.Shape, noise), value = parameter.Value.Clone();
            double h = 2e-3 * value.Norm() / step.Norm() + 1e-4;
            double slope = (Loss(h) - Loss(-h)) / (2 * h), want = parameter.Gradient.Dot(step);
            Loss(0);
            double tolerance = 0.02 * (Math.Abs(want) + parameter.Gradient.Norm()) + rounding / h;
            Assert.True(Math.Abs(slope - want) <= tolerance, $"{parameter}: {want}, but the output's slope is {slope}");

            double Loss(double by)
            {
                LinearCombination.Of((1, value), (by, step)).AsSpan().CopyTo(parameter.Value.AsSpan());
                parameter.MarkChanged();
                return Evaluate(network, x).Dot(direction);
            }
        }
    }

    private static Tensor Evaluate(UNet2DModel network, Tensor x) => network.Evaluate(x, [3, 500],
        network.Options.ClassEmbedding == ClassEmbedding.Table ? [new ClassLabel(1), new ClassLabel(7)] : [null, null]);

    private static Tensor Normal(Shape shape, NoiseStream noise)
    {
        Tensor tensor = Tensor.Empty(shape);
        noise.Normal(tensor.AsSpan());
        return tensor;
    }

    private static (UNet2DModel, Parameter[]) Load(string name)
    {
        string folder = NetworkFiles.Case(name);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var parameters = new ParameterSet(new CheckpointWeights(checkpoint));
        UNet2DOptions options = UNet2DConfig.Read(ModelConfig.Read(Path.Combine(folder, "config.json")));
        // The frequencies of a Fourier embedding are numbers of the architecture.
        return (new UNet2DModel(new Weights(parameters), options), [.. parameters.All.Where(p => p.Name != "time_proj.weight")]);
    }
}
